/** The layers, the lowest first. */
const layers = (() => {
  const { el } = dom;

  function filterButton(store, layer, index) {
    const button = el("button", { type: "button", class: "button small", "aria-pressed": "false", "aria-label": `Show only the files of layer ${index + 1}`, onclick: () => {
      store.filter(store.layer === index ? null : index);
      if (store.layer === index) {
        document.getElementById("files").scrollIntoView();
      }
    } }, "Files");
    store.watch(changes => "layer" in changes && button.setAttribute("aria-pressed", String(changes.layer === index)));
    return button;
  }

  function make(store) {
    const rows = data.image.layers.map((layer, index) => ({ layer, index, button: filterButton(store, layer, index) }));
    const columns = [
      { title: "Layer", value: row => row.index, cell: row => el("span", { class: "nowrap" }, palette.swatch(row.index), ` ${row.index + 1}`) },
      { title: "Shown", value: row => row.index, cell: row => row.button, class: "screen" },
      { title: "Instruction", value: row => row.layer.createdBy, cell: row => (row.layer.createdBy ? dom.code(row.layer.createdBy) : el("span", { class: "hint" }, "no instruction known")), class: "wide" },
      // Where the base is not known, nobody can say what is whose.
      ...(data.image.base === undefined ? [] : [{ title: "From", value: row => (row.layer.fromBase ? 0 : 1), cell: row => el("span", { class: `badge ${row.layer.fromBase ? "" : "own"}` }, row.layer.fromBase ? "base" : "own") }]),
      { title: "Digest", value: row => row.layer.digest, cell: row => el("span", { class: "nowrap", title: row.layer.digest }, dom.path(row.layer.digest.replace(/^[^:]*:/, "").slice(0, 12))) },
      table.share("Share", row => row.layer.size, Math.max(...data.image.layers.map(layer => layer.size))),
      table.number("Files", row => row.layer.files),
      ...(rows.some(row => row.layer.compressedSize !== undefined) ? [table.bytes("Compressed", row => row.layer.compressedSize)] : []),
      table.bytes("Size", row => row.layer.size),
    ];
    return dom.section("layers", "Layers", table.make({ label: "Layers", columns, rows }));
  }

  return { make };
})();
