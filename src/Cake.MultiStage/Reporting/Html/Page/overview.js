/** The head of the report: the image and its numbers. */
const overview = (() => {
  const { el } = dom;

  const tile = (name, value, note = null, kind = "") => el("div", { class: `tile ${kind}` }, el("dt", {}, name), el("dd", {}, value), note === null ? null : el("dd", { class: "note" }, note));

  function savings({ saved }) {
    return saved === undefined ? null : tile("Saved", format.bytes(saved.bytes), `${format.percent(saved.percent)} of stage ${format.text(saved.from)}`, saved.bytes > 0 ? "good" : "");
  }

  function base(image) {
    return image.base === undefined ? null
      : tile("Base", format.bytes(image.base.size), `${format.many(image.base.layers, "layer")} of ${format.text(image.base.name)}`);
  }

  function verdict() {
    if (data.findings === undefined) {
      return null;
    }
    const errors = data.findings.filter(finding => finding.level === "error").length;
    const warnings = data.findings.filter(finding => finding.level === "warning").length;
    return tile("Findings", format.count(data.findings.length), `${format.many(errors, "error")}, ${format.many(warnings, "warning")}`, errors > 0 ? "bad" : warnings > 0 ? "fair" : "good");
  }

  function tiles() {
    const { image, waste } = data;
    return el("dl", { class: "tiles" },
      tile("Size", format.bytes(image.size), `${format.many(data.layers.length, "layer")}`),
      image.compressed === undefined ? null : tile("Compressed", format.bytes(image.compressed), "what a pull costs"),
      base(image),
      image.own === undefined ? null : tile("Own part", format.bytes(image.own), image.size === 0 ? null : format.percent(100 * image.own / image.size)),
      savings(image),
      tile("Wasted", format.bytes(waste.bytes), `efficiency ${format.percent(100 * waste.efficiency)}`),
      verdict());
  }

  function make() {
    const { image } = data;
    const others = image.tags.filter(tag => tag !== image.name);
    return el("section", { id: "overview", class: "overview", tabindex: "-1", "aria-labelledby": "overview-title" },
      el("h1", { id: "overview-title" }, dom.path(image.name)),
      el("p", { class: "facts" },
        el("span", {}, format.text(image.platform)),
        others.length > 0 ? el("span", {}, "also ", others.map(tag => [dom.path(tag), " "])) : null,
        el("span", { class: "id" }, dom.path(image.id)),
        image.buildSeconds > 0 ? el("span", {}, `built in ${format.seconds(image.buildSeconds)}`) : null),
      tiles());
  }

  return { make };
})();
