/** What was assumed of the project where its files say nothing. */
const assumptions = (() => {
  const { el } = dom;

  function row({ text, doubtful }) {
    return el("li", {}, doubtful ? [el("span", { class: "badge doubtful" }, "doubtful"), " "] : null, format.text(text));
  }

  function make() {
    const { assumptions: rows = [] } = data;
    return rows.length === 0 ? null : dom.section("assumptions", "Assumptions", el("ul", { class: "assumptions" }, rows.map(row)));
  }

  return { make };
})();
