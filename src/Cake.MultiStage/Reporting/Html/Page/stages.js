/** The stages as bars: what the final one does without is what a user does not pull. */
const stages = (() => {
  const { el } = dom;

  function row(stage, isFinal, largest) {
    const notes = [`from ${format.text(stage.base)}`, format.many(stage.layers, "layer"), stage.added === undefined ? null : `adds ${format.bytes(stage.added)}`, stage.estimated ? "sizes are the engine's own figure" : null];
    return el("li", { class: isFinal ? "stage final" : "stage" },
      el("div", {}, el("span", { class: "name" }, dom.path(stage.name), isFinal ? el("span", { class: "badge" }, "final") : null), el("span", { class: "note" }, notes.filter(note => note !== null).join(" · "))),
      isFinal ? finalBar(stage, largest) : dom.bar(stage.size / largest, "weak"),
      el("span", { class: "size" }, format.bytes(stage.size)));
  }

  /** The final stage, and beside it, hatched, what was saved. */
  function finalBar(stage, largest) {
    const bar = dom.bar(stage.size / largest, "strong");
    const left = data.saved?.bytes ?? 0;
    if (left > 0) {
      const rest = el("span", { class: "fill saved" });
      rest.style.inlineSize = `${100 * left / largest}%`;
      bar.append(rest);
    }
    return bar;
  }

  function savings() {
    const { saved } = data;
    if (saved === undefined) {
      return null;
    }
    const artifacts = saved.artifacts > 0 ? ` Counted with it: ${format.bytes(saved.artifacts)} of artifacts that the stage does not hold.` : "";
    return el("p", {}, el("strong", {}, `${format.text(format.capital(saved.summary))}.`), artifacts);
  }

  function make() {
    const whole = data.saved === undefined ? 0 : data.saved.bytes + data.image.size;
    const largest = Math.max(1, whole, ...data.stages.map(stage => stage.size));
    return dom.section("stages", "Stages", savings(), el("ol", { class: "stages" }, data.stages.map((stage, index) => row(stage, index === data.stages.length - 1, largest))));
  }

  return { make };
})();
