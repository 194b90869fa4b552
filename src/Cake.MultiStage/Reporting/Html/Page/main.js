/** Puts the page together. */
(() => {
  const store = new ExplorerStore(new FileTree(data.tree));
  const sections = [overview.make(), findings.make(), findings.makeStart(), stages.make(), explorer.make(store), layers.make(store), waste.make(), contents.make(), comparison.make(), trend.make()]
    .filter(section => section !== null);

  /** Marks in the navigation the section that is near the top of the window. */
  function markShown() {
    const link = section => document.querySelector(`#sections a[href="#${section.id}"]`);
    const watcher = new IntersectionObserver(entries => entries.forEach(({ target, isIntersecting }) => {
      if (isIntersecting) {
        link(target).setAttribute("aria-current", "true");
      } else {
        link(target).removeAttribute("aria-current");
      }
    }), { rootMargin: "-20% 0px -79% 0px" });
    sections.forEach(section => watcher.observe(section));
  }

  const title = section => (section.id === "overview" ? "Overview" : section.querySelector("h2").textContent);
  document.getElementById("sections").append(dom.el("ul", {}, sections.map(section => dom.el("li", {}, dom.el("a", { href: `#${section.id}` }, title(section))))));
  document.getElementById("main").append(...sections);
  markShown();
  theme.start(document.getElementById("theme"));
})();
