/** What is in the layers in vain: replaced, there twice, or left over. */
const waste = (() => {
  const { el } = dom;
  const by = index => data.layers[index]?.by || `layer ${index + 1}`;

  function formulas() {
    const { waste: numbers } = data;
    return el("dl", { class: "pairs" },
      el("dt", {}, "Wasted"), el("dd", {}, el("strong", {}, format.bytes(numbers.bytes)), ` of ${format.bytes(numbers.total)}, efficiency ${format.percent(100 * numbers.efficiency)}`, el("span", { class: "note" }, "bytes of the layers − bytes of the merged file system")),
      el("dt", {}, "As dive counts"), el("dd", {}, `${format.bytes(numbers.diveBytes)}, ${format.percent(numbers.divePercent)} of the layers above the lowest; efficiency ${format.percent(100 * numbers.diveEfficiency)}`, el("span", { class: "note" }, "sizes of all paths that more than one layer holds")));
  }

  function wasted({ rows, count }) {
    return count === 0 ? null : dom.part("Replaced or removed", table.make({ label: "Wasted files", rows, total: count, columns: [
      table.path("File", row => row.path),
      table.instruction("Brought by", row => by(row.layer)),
      table.instruction("Replaced or removed by", row => by(row.removedIn)),
      table.bytes("Size", row => row.size),
    ] }));
  }

  function duplicates({ rows, count }) {
    return count === 0 ? null : dom.part("Duplicates", el("p", {}, `${format.bytes(data.duplicateBytes)} in further copies of the same content.`), table.make({ label: "Duplicate files", rows, total: count, columns: [
      { title: "Paths", value: row => row.paths[0], class: "wide", cell: row => [...row.paths.map(path => el("div", {}, dom.path(path))), ...(row.paths.length < row.copies ? [el("div", { class: "note" }, `and ${format.count(row.copies - row.paths.length)} more`)] : [])] },
      table.number("Copies", row => row.copies),
      table.bytes("Size of one", row => row.size),
      table.bytes("Wasted", row => row.wasted),
    ] }));
  }

  function leftovers({ rows, count }) {
    const ofBase = data.leftoverBytesOfBase > 0 ? `, and ${format.bytes(data.leftoverBytesOfBase)} in the base` : "";
    return count === 0 ? null : dom.part("Leftovers", el("p", {}, `${format.bytes(data.leftoverBytes)} that tools left${ofBase}.`), table.make({ label: "Leftovers", rows, total: count, columns: [
      table.text("Kind", row => row.kind),
      table.path("Path", row => row.path),
      table.instruction("Brought by", row => by(row.layer)),
      table.number("Files", row => row.files),
      table.bytes("Size", row => row.size),
    ] }));
  }

  const make = () => dom.section("waste", "Waste", formulas(), wasted(data.wasted), duplicates(data.duplicates), leftovers(data.leftovers));

  return { make };
})();
