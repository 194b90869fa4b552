/** What to change to make the image smaller, what saves most first. */
const smaller = (() => {
  const { el } = dom;

  function make() {
    const { smaller: rows } = data;
    if (rows === undefined || rows.length === 0) {
      return null;
    }
    const sum = rows.reduce((bytes, row) => bytes + (row.bytes ?? 0), 0);
    return dom.section("smaller", "What to change to save most",
      el("p", {}, `${format.bytes(sum)} of ${format.bytes(data.image.size)} in all; no file counts twice.`),
      table.make({ label: "What to change to save most", rows, columns: [
        { title: "What", value: row => row.what, class: "wide", cell: row => format.text(row.what) },
        { title: "How", value: row => row.how, class: "wide", cell: row => format.text(row.how) },
        table.instruction("Instruction", row => row.instruction ?? ""),
        table.bytes("Size", row => row.bytes),
      ] }));
  }

  return { make };
})();
