/** What the image is made of: packages, types of files, directories. */
const contents = (() => {
  function packages() {
    const { packages: rows } = data;
    return rows.length === 0 ? null : dom.part(`Packages (${format.count(rows.length)})`, table.make({ label: "Packages", rows, columns: [
      table.text("Package", row => row.name),
      table.text("Version", row => row.version),
      table.text("From", row => row.manager),
      table.text("License", row => (row.licenses ?? []).join(", ")),
      { title: "Layer", value: row => row.layer ?? -1, number: true, cell: row => (row.layer === undefined ? "–" : format.count(row.layer + 1)) },
      table.bytes("Installed size", row => row.installedSize),
      table.bytes("In the image", row => row.size),
      table.text("Named by", row => row.path ?? ""),
      table.text("Package URL", row => row.url),
    ] }));
  }

  function licenses() {
    const { licenses: rows } = data;
    return rows.length === 0 ? null : dom.part(`Licenses (${format.count(rows.length)})`, table.make({ label: "Licenses", rows, columns: [
      table.text("License", row => row.license || "(none declared)"),
      table.number("Packages", row => row.packages),
    ] }));
  }

  const measures = (rows, name) => [
    name,
    table.share("Share", row => row.size, Math.max(0, ...rows.map(row => row.size))),
    table.number("Files", row => row.files),
    table.bytes("Size", row => row.size),
  ];

  function types() {
    const { fileTypes: rows } = data;
    return rows.length === 0 ? null : dom.part("Types of files", table.make({ label: "Types of files", rows, columns: measures(rows, table.text("Type", row => row.type)) }));
  }

  function directories() {
    const { directories: rows } = data;
    return rows.length === 0 ? null : dom.part("Directories", table.make({ label: "Directories", rows, columns: measures(rows, table.path("Directory", row => row.path)) }));
  }

  function make() {
    const parts = [directories(), types(), packages(), licenses()].filter(part => part !== null);
    return parts.length === 0 ? null : dom.section("contents", "Contents", parts);
  }

  return { make };
})();
