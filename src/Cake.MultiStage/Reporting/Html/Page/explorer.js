/** The files: a diagram, a tree, and what leads through them. */
const explorer = (() => {
  const { el } = dom;

  function breadcrumb(store) {
    const list = el("ol");
    const show = () => list.replaceChildren(...store.tree.chain(store.focus).map(node => el("li", {},
      el("button", { type: "button", "aria-current": node === store.focus ? "true" : null, onclick: () => store.zoom(node) }, node === 0 ? "/" : dom.path(store.tree.names[node])))));
    store.watch(changes => "focus" in changes && show());
    show();
    return el("nav", { class: "crumbs", "aria-label": "Directory shown" }, list);
  }

  function layerField(store) {
    const options = data.image.layers.map((layer, index) => el("option", { value: index }, `${index + 1}: ${format.instruction(layer).slice(0, 60)}`));
    const select = el("select", { id: "layer", onchange: () => store.filter(select.value === "" ? null : Number(select.value)) }, el("option", { value: "" }, "All layers"), options);
    store.watch(changes => {
      if ("layer" in changes) {
        select.value = changes.layer ?? "";
      }
    });
    return el("div", { class: "field" }, el("label", { for: "layer" }, "Layer"), select);
  }

  function colourField(store) {
    const choice = (value, text) => el("label", {}, el("input", { type: "radio", name: "colour", value, checked: store.colour === value, onchange: () => store.colourBy(value) }), text);
    return el("fieldset", { class: "field choices" }, el("legend", {}, "Colour by"), choice("layer", "layer"), choice("type", "type"));
  }

  function legend(store) {
    const list = el("ul", { class: "legend", "aria-label": "Colours" });
    const entries = () => (store.colour === "layer"
      ? data.image.layers.map((layer, index) => [index, `${index + 1}: ${format.instruction(layer)}`])
      : [...data.fileTypes.slice(0, palette.COLOURS).map((type, index) => [index, format.text(type.type)]), [-1, "all others"]]);
    const show = () => list.replaceChildren(...entries().map(([index, name]) => el("li", {}, palette.swatch(index), el("span", {}, name))));
    store.watch(changes => "colour" in changes && show());
    show();
    return list;
  }

  /** The node chosen, in words. Read out while the diagram has the focus: the tree says it by itself. */
  function status(store, chart) {
    const line = el("p", { class: "selected", "aria-live": "off" });
    chart.addEventListener("focusin", () => line.setAttribute("aria-live", "polite"));
    chart.addEventListener("focusout", () => line.setAttribute("aria-live", "off"));
    const show = () => line.replaceChildren(...details.lines(store, store.selected).map((text, index) => el(index === 0 ? "strong" : "span", {}, text)));
    store.watch(show);
    show();
    return line;
  }

  function make(store) {
    const tooltip = new Tooltip(store);
    const chart = new Chart(store, tooltip);
    const tree = new TreeView(store);
    const search = new Search(store);
    return dom.section("files", "Files",
      el("div", { class: "toolbar controls" }, search.field, layerField(store), colourField(store)),
      search.results,
      breadcrumb(store),
      el("p", { id: "chart-help", class: "hint screen" }, "Each block is as wide as its bytes. Click or Enter shows a directory alone, Escape or Backspace the one above; arrow keys move."),
      chart.element,
      legend(store),
      status(store, chart.element),
      el("p", { id: "tree-help", class: "visually-hidden" }, "Arrow keys move, open and close; Enter shows a directory alone, Backspace the one above."),
      tree.element,
      tooltip.element);
  }

  return { make };
})();
