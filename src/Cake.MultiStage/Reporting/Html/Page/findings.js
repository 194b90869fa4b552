/** What checking found, and how the container started. */
const findings = (() => {
  const { el } = dom;
  const LEVELS = ["error", "warning", "note"];

  const detail = (name, content) => (content ? [el("dt", {}, name), el("dd", {}, content)] : []);

  /** Findings of one rule that are fixed alike, in the order of the first of each. */
  function groups(found) {
    const known = new Map();
    found.forEach(finding => {
      const key = JSON.stringify([finding.rule, finding.level, finding.fix]);
      known.set(key, [...(known.get(key) ?? []), finding]);
    });
    return [...known.values()];
  }

  const place = finding => [
    detail("Path", finding.path && dom.path(finding.path)),
    detail("Instruction", finding.instruction && dom.code(finding.instruction)),
    detail("Line", finding.line && `${format.count(finding.line)} of the Dockerfile`),
    detail("More", finding.address && el("a", { href: finding.address, rel: "noreferrer" }, format.text(finding.address)))];

  function card(group) {
    const [first] = group;
    const count = group.reduce((sum, finding) => sum + finding.count, 0);
    const alone = group.length === 1;
    return el("li", { class: `finding ${first.level}`, "data-level": first.level },
      el("p", { class: "head" }, el("span", { class: "level" }, format.capital(first.level)), " ", el("code", {}, format.text(first.rule)), count > 1 ? ` × ${format.count(count)}` : null),
      alone ? el("p", {}, format.text(first.message)) : el("ul", { class: "list" }, group.map(finding => el("li", {}, el("p", {}, format.text(finding.message)), el("dl", {}, place(finding))))),
      el("dl", {},
        detail("Fix", format.text(first.fix)),
        detail("Why", format.text(first.reason)),
        alone ? place(first) : null));
  }

  /** Buttons that take a level away and bring it back. */
  function filter(list, status) {
    const hidden = new Set();
    const apply = () => {
      const items = [...list.children];
      items.forEach(item => { item.hidden = hidden.has(item.dataset.level); });
      status.textContent = `${items.filter(item => !item.hidden).length} of ${items.length} shown`;
    };
    const toggle = level => event => {
      if (!hidden.delete(level)) {
        hidden.add(level);
      }
      event.currentTarget.setAttribute("aria-pressed", String(!hidden.has(level)));
      apply();
    };
    const count = level => [...list.children].filter(item => item.dataset.level === level).length;
    const buttons = LEVELS.filter(level => count(level) > 0)
      .map(level => el("button", { type: "button", class: `button ${level}`, "aria-pressed": "true", onclick: toggle(level) }, format.many(count(level), level)));
    apply();
    return el("div", { class: "toolbar", role: "group", "aria-label": "Levels shown" }, buttons, status);
  }

  function make() {
    if (data.findings === undefined) {
      return null;
    }
    if (data.findings.length === 0) {
      return dom.section("findings", "Findings", el("p", { class: "good" }, "Nothing was found."));
    }
    const list = el("ol", { class: "findings" }, groups(data.findings).map(card));
    return dom.section("findings", "Findings", filter(list, el("span", { class: "hint", role: "status" })), list);
  }

  function makeStart() {
    const { start } = data;
    if (start === undefined) {
      return null;
    }
    return dom.section("start", "Start",
      el("dl", { class: "pairs" },
        detail("Outcome", format.text(format.capital(start.outcome))),
        detail("Refused", start.refusal === undefined ? null : format.text(start.refusal)),
        detail("Exit code", start.exitCode === undefined ? null : String(start.exitCode)),
        detail("Waited for", start.waitedFor === undefined ? null : format.text(start.waitedFor)),
        detail("Ready", start.readySeconds === undefined ? null : `after ${format.seconds(start.readySeconds)}`),
        detail("First output", start.firstOutputSeconds === undefined ? null : `after ${format.seconds(start.firstOutputSeconds)}`),
        detail("Ran for", start.seconds === 0 ? null : format.seconds(start.seconds))),
      start.output === "" ? null : el("pre", { class: "output", tabindex: "0", role: "region", "aria-label": "Output of the container" }, format.block(start.output)));
  }

  function makeTests() {
    const { tests: rows } = data;
    return rows === undefined ? null : dom.section("tests", "Tests", table.make({ label: "Tests", rows, columns: [
      table.text("Test", row => row.name),
      { title: "Result", value: row => row.failure ?? "", cell: row => (row.failure === undefined ? "passed" : format.text(row.failure)) },
      { title: "Time", value: row => row.seconds, number: true, cell: row => format.seconds(row.seconds) },
    ] }));
  }

  return { make, makeStart, makeTests };
})();
