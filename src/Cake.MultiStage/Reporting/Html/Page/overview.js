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

  function budget() {
    const over = (data.findings ?? []).filter(finding => finding.rule === "budget");
    return over.length === 0 ? null : tile("Budget", "over", format.many(over.length, "limit"), "bad");
  }

  function compared() {
    const { comparison: found } = data;
    return found === undefined ? null : tile("Compared", format.signed(found.growth), `${format.signedPercent(found.growthPercent)} against ${format.text(found.before.name)}`, found.growth > 0 ? "fair" : "good");
  }

  /** The run that the report is of, where a history says one. */
  const commit = () => data.history?.at(-1)?.commit;

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
      verdict(),
      budget(),
      compared());
  }

  function make() {
    const { image, build: { seconds } } = data;
    const others = image.tags.filter(tag => tag !== image.name);
    return el("section", { id: "overview", class: "overview", tabindex: "-1", "aria-labelledby": "overview-title" },
      el("h1", { id: "overview-title" }, dom.path(image.name)),
      el("p", { class: "facts" },
        el("span", {}, format.text(image.platform)),
        image.system === undefined ? null : el("span", { title: format.text(`${image.system.id} ${image.system.version ?? ""}`) }, format.text(image.system.name)),
        others.length > 0 ? el("span", {}, "also ", others.map(tag => [dom.path(tag), " "])) : null,
        el("span", { class: "id", title: image.id }, dom.path(image.id.slice(0, 19))),
        commit() === undefined ? null : el("span", { title: format.text(commit()) }, `commit ${format.text(commit().slice(0, 12))}`),
        image.created === undefined ? null : el("span", {}, `made ${format.text(image.created.slice(0, 16).replace("T", " "))}`),
        data.unlisted > 0 ? el("span", {}, `${format.many(data.unlisted, "entry", "entries")} of layers not listed: more than is held`) : null,
        data.unlistedPackages > 0 ? el("span", {}, `${format.many(data.unlistedPackages, "package")} not listed: more than is held`) : null,
        seconds > 0 ? el("span", {}, `built in ${format.seconds(seconds)}`) : null),
      tiles());
  }

  return { make };
})();
