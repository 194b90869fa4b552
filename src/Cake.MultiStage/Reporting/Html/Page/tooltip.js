/** What is known of a node: beside the mouse, and in a line that is read out. */
const details = (() => {
  function lines(store, node) {
    const { tree, sums } = store;
    const { kind, mode, user, group, hasCapabilities } = tree.attributes(node);
    const target = tree.linkTarget(node);
    const size = tree.isDirectory(node) ? `${format.bytes(sums.bytes[node])} in ${format.many(sums.files[node], "file")}` : format.bytes(sums.bytes[node]);
    const layer = data.image.layers[tree.layers[node]];
    return [
      format.text(tree.paths[node]) + (target === null ? "" : ` → ${format.text(target)}`),
      `${size} · ${kind} · ${format.mode(mode)} · ${user}:${group}${hasCapabilities ? " · capabilities" : ""}`,
      layer === undefined ? "" : `Layer ${tree.layers[node] + 1}: ${format.instruction(layer)}`,
    ];
  }

  return { lines };
})();

class Tooltip {
  #store;

  constructor(store) {
    this.#store = store;
    this.element = dom.el("div", { class: "tooltip", "aria-hidden": "true", hidden: true });
  }

  show(node, x, y) {
    const [path, facts, layer] = details.lines(this.#store, node);
    this.element.replaceChildren(dom.el("strong", {}, path), dom.el("span", {}, facts), dom.el("span", {}, layer));
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    this.element.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
    this.element.style.top = `${y + 18 + height > innerHeight ? y - height - 10 : y + 18}px`;
  }

  hide() {
    this.element.hidden = true;
  }
}
