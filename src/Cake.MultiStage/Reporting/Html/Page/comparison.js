/** How the image differs from another. */
const comparison = (() => {
  const { el } = dom;
  const sizes = [
    table.bytes("Before", row => row.before),
    table.bytes("After", row => row.after),
    table.difference("Difference", row => row.after - row.before),
  ];
  const state = word => el("span", { class: `badge ${word}` }, word);

  function summary({ before, after, growth, percent, added, changed, removed }) {
    const pair = (name, ...content) => [el("dt", {}, name), el("dd", {}, content)];
    return el("dl", { class: "pairs" },
      pair("Before", dom.path(before.name), `, ${format.bytes(before.size)}`),
      pair("After", dom.path(after.name), `, ${format.bytes(after.size)}`),
      pair("Difference", el("strong", { class: growth > 0 ? "grew" : growth < 0 ? "shrank" : null }, `${format.signed(growth)} (${format.signedPercent(percent)})`)),
      pair("Files", `${format.count(added)} added, ${format.count(changed)} changed, ${format.count(removed)} removed`));
  }

  function layerPart({ layers: rows }) {
    return dom.part("Layers shared and not", table.make({ label: "Layers compared", rows, columns: [
      { title: "Layer", value: row => row.state, cell: row => state(row.state) },
      table.instruction("Instruction", row => row.by),
      table.text("Digest", row => row.digest.slice(0, 19)),
      table.bytes("Size", row => row.size),
    ] }));
  }

  function filePart({ files: { rows, count } }) {
    return count === 0 ? null : dom.part("Files that differ", table.make({ label: "Files compared", rows, total: count, columns: [
      { title: "Change", value: row => row.kind, cell: row => state(row.kind) },
      table.path("Path", row => row.path),
      table.instruction("Brought by", row => row.by),
      ...sizes,
    ] }));
  }

  function directoryPart({ directories: { rows, count } }) {
    return count === 0 ? null : dom.part("Directories that differ", table.make({ label: "Directories compared", rows, total: count, columns: [table.path("Directory", row => row.path), ...sizes] }));
  }

  function make() {
    const { comparison: found } = data;
    return found === undefined ? null : dom.section("comparison", "Comparison", summary(found), filePart(found), directoryPart(found), layerPart(found));
  }

  return { make };
})();
