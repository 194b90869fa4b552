/** Puts the page together. */
(async () => {
  const main = document.getElementById("main");
  theme.start(document.getElementById("theme"));
  if (typeof DecompressionStream === "undefined") {
    main.append(dom.el("p", { class: "notice" }, "This browser can't unpack the report: it lacks DecompressionStream, which browsers have since 2023. Take a newer one, or read report.md beside this page."));
    return;
  }
  await unpack();
  const store = new ExplorerStore(new FileTree(data.files));
  const sections = [overview.make(), smaller.make(), findings.make(), findings.makeStart(), findings.makeTests(), assumptions.make(), stages.make(), explorer.make(store), layers.make(store), waste.make(), contents.make(), comparison.make(), trend.make(), build.make()]
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
  main.append(...sections);
  markShown();
  performance.mark("shown");
  // The place that the address names was not there when the browser looked for it.
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
})();
