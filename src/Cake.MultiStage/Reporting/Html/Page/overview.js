/** The head of the report: the image and its numbers. */
const overview = (() => {
  const { el } = dom;

  const tile = (name, value, note = null, kind = "") => el("div", { class: `tile ${kind}` }, el("dt", {}, name), el("dd", {}, value), note === null ? null : el("dd", { class: "note" }, note));

  function savings({ saved }) {
    return saved === undefined ? null
      : saved.largerBy > 0 ? tile("Saved", "nothing", `${format.bytes(saved.largerBy)} larger than stage ${format.text(saved.comparedWith)}`)
        : tile("Saved", format.bytes(saved.bytes), `${format.percent(saved.percent)} of stage ${format.text(saved.comparedWith)}`, saved.bytes > 0 ? "good" : "");
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
      tile("Size", format.bytes(image.size), `${format.many(image.layers.length, "layer")}`),
      image.compressedSize === undefined ? null : tile("Compressed", format.bytes(image.compressedSize), "what a pull costs"),
      base(image),
      image.ownSize === undefined ? null : tile("Own part", format.bytes(image.ownSize), image.size === 0 ? null : format.percent(100 * image.ownSize / image.size)),
      savings(data),
      tile("Wasted", format.bytes(waste.bytes), `efficiency ${format.percent(100 * waste.efficiency)}`),
      verdict());
  }

  function make() {
    const { image, build: { seconds } } = data;
    const others = image.tags.filter(tag => tag !== image.name);
    return el("section", { id: "overview", class: "overview", tabindex: "-1", "aria-labelledby": "overview-title" },
      el("h1", { id: "overview-title" }, dom.path(image.name)),
      el("p", { class: "facts" },
        el("span", {}, format.text(image.platform)),
        others.length > 0 ? el("span", {}, "also ", others.map(tag => [dom.path(tag), " "])) : null,
        el("span", { class: "id" }, dom.path(image.id)),
        image.created === undefined ? null : el("span", {}, `made ${format.text(image.created.slice(0, 16).replace("T", " "))}`),
        data.unlisted > 0 ? el("span", {}, `${format.many(data.unlisted, "entry", "entries")} of layers not listed: more than is held`) : null,
        seconds > 0 ? el("span", {}, `built in ${format.seconds(seconds)}`) : null),
      tiles());
  }

  return { make };
})();
