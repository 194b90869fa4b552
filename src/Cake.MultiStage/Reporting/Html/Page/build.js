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

  function make() {
    const { build: found } = data;
    return found.steps.length === 0 && found.baseImages.length === 0 ? null : dom.section("build", "Build", bases(found), steps(found));
  }

  return { make };
})();
