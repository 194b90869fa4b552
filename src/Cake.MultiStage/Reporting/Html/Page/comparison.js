/** How the image differs from another. */
const comparison = (() => {
  const { el } = dom;
  const sizes = [
    table.bytes("Before", row => row.before),
    table.bytes("After", row => row.after),
    table.difference("Difference", row => (row.after ?? 0) - (row.before ?? 0)),
  ];
  const state = word => el("span", { class: `badge ${word}` }, word);

  function summary({ before, after, growth, growthPercent, changes }) {
    const pair = (name, ...content) => [el("dt", {}, name), el("dd", {}, content)];
    return el("dl", { class: "pairs" },
      pair("Before", side(before)),
      pair("After", side(after)),
      pair("Difference", el("strong", { class: growth > 0 ? "grew" : growth < 0 ? "shrank" : null }, `${format.signed(growth)} (${format.signedPercent(growthPercent)})`)),
      pair("Files", `${format.count(changes.added)} added, ${format.count(changes.changed)} changed, ${format.count(changes.removed)} removed`));
  }

  function side({ name, id, size, wasted }) {
    return [dom.path(name), `, ${format.bytes(size)}, of which ${format.bytes(wasted)} wasted`, el("span", { class: "note" }, dom.path(id))];
  }

  function layerPart({ layers: rows }) {
    return dom.part("Layers shared and not", table.make({ label: "Layers compared", rows, columns: [
      { title: "Layer", value: row => row.change, cell: row => state(row.change) },
      table.instruction("Instruction", row => row.createdBy),
      table.text("Digest", row => row.digest.slice(0, 19)),
      table.bytes("Size", row => row.size),
    ] }));
  }

  function filePart({ files: rows, changes: { added, changed, removed } }) {
    return rows.length === 0 ? null : dom.part("Files that differ", table.make({ label: "Files compared", rows, total: added + changed + removed, columns: [
      { title: "Change", value: row => row.change, cell: row => state(row.change) },
      table.path("Path", row => row.path),
      table.instruction("Brought by", row => row.createdBy),
      ...sizes,
    ] }));
  }

  function directoryPart({ directories: rows }) {
    return rows.length === 0 ? null : dom.part("Directories that differ", table.make({ label: "Directories compared", rows, columns: [table.path("Directory", row => row.path), ...sizes] }));
  }

  function make() {
    const { comparison: found } = data;
    return found === undefined ? null : dom.section("comparison", "Comparison", summary(found), filePart(found), directoryPart(found), layerPart(found));
  }

  return { make };
})();
