/** The colours of layers and types. The style sheet has them, for both themes: c0 to c11, and cx for the rest. */
const palette = (() => {
  const COLOURS = 12;

  const classOf = index => (index < 0 ? "cx" : `c${index % COLOURS}`);

  const swatch = index => dom.el("span", { class: `swatch ${classOf(index)}`, "aria-hidden": "true" });

  /** Of the types only the largest have a colour of their own. */
  const typeIndex = type => (type >= 0 && type < COLOURS ? type : -1);

  /** The colour of each node. A directory has that of what is in it, where all that has bytes has the same. */
  function indexes(tree, colour) {
    const [none, mixed] = [-3, -2];
    const found = new Int16Array(tree.length).fill(none);
    for (let node = tree.length - 1; node >= 0; node--) {
      if (!tree.isDirectory(node)) {
        found[node] = colour === "layer" ? tree.layers[node] : typeIndex(tree.types[node]);
      }
      if (node > 0 && found[node] !== none && (tree.sizes[node] > 0 || tree.isDirectory(node))) {
        const parent = tree.parents[node];
        found[parent] = found[parent] === none || found[parent] === found[node] ? found[node] : mixed;
      }
    }
    return found;
  }

  /** Reads from the style sheet what a canvas needs: it knows no classes. */
  function read(host) {
    const probe = dom.el("span", { hidden: true });
    host.append(probe);
    const colourOf = (name, property) => {
      probe.className = name;
      return getComputedStyle(probe)[property];
    };
    const fills = Array.from({ length: COLOURS }, (_, index) => colourOf(`c${index}`, "backgroundColor"));
    const colours = {
      rest: colourOf("cx", "backgroundColor"),
      text: colourOf("on-colour", "color"),
      mark: colourOf("chart-mark", "color"),
      fill: index => (index < 0 ? colours.rest : fills[index % COLOURS]),
    };
    probe.remove();
    return colours;
  }

  return { classOf, swatch, indexes, read, COLOURS };
})();
