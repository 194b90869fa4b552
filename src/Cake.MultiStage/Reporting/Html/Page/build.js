/** How the image was built: its steps and what it was built from. */
const build = (() => {
  const { el } = dom;

  function steps({ steps: rows }) {
    return rows.length === 0 ? null : dom.part("Steps", table.make({ label: "Steps", rows, columns: [
      { title: "Step", value: row => row.name, cell: row => dom.code(row.name), class: "wide" },
      table.text("Stage", row => row.stage ?? "–"),
      { title: "From", value: row => (row.cached ? 0 : 1), cell: row => el("span", { class: `badge ${row.cached ? "" : "own"}` }, row.cached ? "cache" : "run") },
      { title: "Time", value: row => row.seconds, number: true, cell: row => format.seconds(row.seconds) },
    ] }));
  }

  function bases({ baseImages: rows }) {
    return rows.length === 0 ? null : dom.part("Base images", table.make({ label: "Base images", rows, columns: [
      table.text("Stage", row => row.stage),
      table.path("Image", row => row.reference),
      table.path("Digest", row => row.digest ?? "–"),
    ] }));
  }

  /** What the builder says of the image beside it. */
  function attested({ attestations: rows = [] }) {
    return rows.length === 0 ? null : dom.part("Attestations", table.make({ label: "Attestations", rows, columns: [
      table.text("What", row => row.kind),
      table.path("Statement", row => row.predicate),
      table.text("By", row => row.by ?? "–"),
      { title: "Made from", value: row => row.sources.length, class: "wide", cell: row => row.sources.map(source => el("div", {}, dom.path(source))) },
      { title: "Packages", value: row => row.packages ?? -1, number: true, cell: row => (row.packages === undefined ? "–" : format.count(row.packages)) },
      table.bytes("Size", row => row.size),
      table.path("Digest", row => row.digest),
    ] }));
  }

  function make() {
    const { build: found } = data;
    const parts = [attested(data), bases(found), steps(found)].filter(part => part !== null);
    return parts.length === 0 ? null : dom.section("build", "Build", ...parts);
  }

  return { make };
})();
