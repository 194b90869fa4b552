/** Tables whose columns sort, and whose further rows come when asked for. */
const table = (() => {
  const { el } = dom;
  const SHOWN = 20;
  const LONGEST = 160;
  const classOf = column => (column.number ? "number" : column.class ?? null);
  const compare = (left, right) => (typeof left === "number" ? left - right : left < right ? -1 : left > right ? 1 : 0);

  /** Only what scrolls is a stop of the Tab key. */
  const overflow = new ResizeObserver(entries => entries.forEach(({ target }) => {
    target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  }));

  /**
   * @param label What the table holds, for those who hear it.
   * @param columns Each a title, value(row) to sort by, number for numbers, and cell(row) where that is not the value.
   * @param rows The rows, in the order first shown.
   * @param total The number of rows there are, where the page has only the head of them.
   */
  function make({ label, columns, rows, total = rows.length }) {
    let [sorted, all, way] = [null, false, 1];
    const body = el("tbody");
    const heads = columns.map(column => head(column));
    const more = el("button", { type: "button", class: "button more", onclick: () => { all = true; show(); } });
    const rest = el("p", { class: "hint" });

    function head(column) {
      const button = el("button", { type: "button", onclick: () => sort(column) }, column.title);
      return el("th", { scope: "col", class: classOf(column) }, button);
    }

    function sort(column) {
      way = sorted === column ? -way : column.number ? -1 : 1;
      sorted = column;
      heads.forEach(head => head.removeAttribute("aria-sort"));
      heads[columns.indexOf(column)].setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
      show();
    }

    function show() {
      const ordered = sorted === null ? rows : [...rows].sort((left, right) => way * compare(sorted.value(left), sorted.value(right)));
      const shown = all ? ordered : ordered.slice(0, SHOWN);
      body.replaceChildren(...shown.map(row => el("tr", {}, columns.map(column => cell(column, row)))));
      more.hidden = shown.length === rows.length;
      more.textContent = `Show all ${format.count(rows.length)}`;
      rest.hidden = total === rows.length;
      rest.textContent = `The first ${format.count(rows.length)} of ${format.count(total)}; report.json has more.`;
    }

    function cell(column, row) {
      const content = column.cell ? column.cell(row) : String(column.value(row));
      return el("td", { class: classOf(column) }, content);
    }

    show();
    const scroll = el("div", { class: "scroll", role: "group", "aria-label": label }, el("table", { "aria-label": label }, el("thead", {}, el("tr", {}, heads)), body));
    overflow.observe(scroll);
    return el("div", { class: "table" }, scroll, more, rest);
  }

  /** The beginning of an instruction: enough to know it by; the layers' table has all of it. */
  const short = by => (by.length > LONGEST ? `${by.slice(0, LONGEST).trimEnd()}…` : by).replace(/\s+/g, " ");

  /** Columns that many tables have. */
  const text = (title, value) => ({ title, value, cell: row => format.text(String(value(row))) });
  const path = (title, value) => ({ title, value, cell: row => dom.path(value(row)), class: "wide" });
  const instruction = (title, value) => ({ title, value, cell: row => dom.code(short(value(row))), class: "wide" });
  const bytes = (title, value) => ({ title, value: row => value(row) ?? -1, number: true, cell: row => (value(row) === undefined ? "–" : format.bytes(value(row))) });
  const number = (title, value) => ({ title, value, number: true, cell: row => format.count(value(row)) });
  const difference = (title, value) => ({ title, value, number: true, cell: row => el("span", { class: value(row) > 0 ? "grew" : value(row) < 0 ? "shrank" : null }, format.signed(value(row))) });
  const share = (title, value, whole) => ({ title, value, cell: row => dom.bar(whole === 0 ? 0 : value(row) / whole), class: "share" });

  return { make, text, path, instruction, bytes, number, difference, share };
})();
