/** Wasted space: files that were replaced or removed, are there twice, or were left over. */
const waste = (() => {
  const { el } = dom;
  const by = index => data.image.layers[index]?.createdBy || `layer ${index + 1}`;

  function formulas() {
    const { waste: numbers, waste: { dive } } = data;
    return el("dl", { class: "pairs" },
      el("dt", {}, "Wasted"), el("dd", {}, el("strong", {}, format.bytes(numbers.bytes)), ` of ${format.bytes(numbers.total)}, efficiency ${format.percent(100 * numbers.efficiency)}`, el("span", { class: "note" }, "bytes of the layers − bytes of the merged file system")),
      el("dt", {}, "As dive counts"), el("dd", {}, `${format.bytes(dive.wasted)}, ${format.percent(dive.wastedPercent)} of ${format.bytes(dive.userSize)} in the layers above the lowest; efficiency ${format.percent(100 * dive.efficiency)}`, el("span", { class: "note" }, "sizes of all paths that more than one layer holds")));
  }

  function wasted({ files: rows, count }) {
    return count === 0 ? null : dom.part("Replaced or removed", table.make({ label: "Wasted files", rows, total: count, columns: [
      table.path("File", row => row.path),
      table.instruction("Brought by", row => by(row.layer)),
      table.instruction("Replaced or removed by", row => by(row.removedInLayer)),
      table.bytes("Size", row => row.size),
    ] }));
  }

  function duplicates({ sets: rows, count, bytes }) {
    return count === 0 ? null : dom.part("Duplicates", el("p", {}, `${format.bytes(bytes)} in further copies of the same content.`), table.make({ label: "Duplicate files", rows, total: count, columns: [
      { title: "Paths", value: row => row.paths[0], class: "wide", cell: row => [...row.paths.map(path => el("div", {}, dom.path(path))), ...(row.paths.length < row.copies ? [el("div", { class: "note" }, `and ${format.count(row.copies - row.paths.length)} more`)] : [])] },
      table.number("Copies", row => row.copies),
      { title: "SHA-256", value: row => row.sha256, cell: row => el("span", { class: "nowrap", title: row.sha256 }, row.sha256.slice(0, 12)) },
      table.bytes("Size of one", row => row.size),
      table.bytes("Wasted", row => row.wasted),
    ] }));
  }

  function leftovers(rows) {
    const sum = isOfBase => rows.filter(row => row.fromBase === isOfBase).reduce((bytes, row) => bytes + row.size, 0);
    const ofBase = sum(true) > 0 ? `, and ${format.bytes(sum(true))} in the base` : "";
    return rows.length === 0 ? null : dom.part("Leftovers", el("p", {}, `${format.bytes(sum(false))} that tools left in the image${ofBase}.`), table.make({ label: "Leftovers", rows, columns: [
      table.text("Kind", row => row.kind),
      table.path("Path", row => row.path),
      table.instruction("Brought by", row => by(row.layer)),
      table.number("Files", row => row.files),
      table.bytes("Size", row => row.size),
    ] }));
  }

  const make = () => dom.section("waste", "Waste", formulas(), wasted(data.waste), duplicates(data.duplicates), leftovers(data.leftovers));

  return { make };
})();
