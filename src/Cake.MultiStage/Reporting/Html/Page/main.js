/** Puts the page together. */
(() => {
  const store = new ExplorerStore(new FileTree(data.tree));
  const sections = [overview.make(), findings.make(), findings.makeStart(), stages.make(), explorer.make(store), layers.make(store), waste.make(), contents.make(), comparison.make(), trend.make()]
    .filter(section => section !== null);
  const title = section => (section.id === "overview" ? "Overview" : section.querySelector("h2").textContent);
  document.getElementById("sections").append(dom.el("ul", {}, sections.map(section => dom.el("li", {}, dom.el("a", { href: `#${section.id}` }, title(section))))));
  document.getElementById("main").append(...sections);
  theme.start(document.getElementById("theme"));
})();
