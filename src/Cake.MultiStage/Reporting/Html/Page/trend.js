/** The sizes of the runs before, as a line and as a table. */
const trend = (() => {
  const { el, svg } = dom;
  const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [240, 72, 44, 16, 36];
  const LABEL = 96;

  /** A round step that makes about four of a range: 1, 2 or 5 times a power of ten. */
  function step(range) {
    const power = 10 ** Math.floor(Math.log10(range / 4));
    return [1, 2, 5, 10].map(factor => factor * power).find(size => range / size <= 5);
  }

  function scale(values) {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const size = step(Math.max(most - least, most * 0.02, 1));
    const [low, high] = [Math.max(0, Math.floor(least / size) * size), (Math.floor(most / size) + 1) * size];
    const ticks = Array.from({ length: Math.round((high - low) / size) + 1 }, (_, index) => low + index * size);
    return { ticks, y: value => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low)) };
  }

  const x = (index, count, width) => LEFT + (count === 1 ? 0.5 : index / (count - 1)) * (width - LEFT - RIGHT);

  const label = entry => (entry.date ? entry.date.slice(0, 10) : entry.commit ? entry.commit.slice(0, 7) : entry.id.replace(/^[^:]*:/, "").slice(0, 12));

  function line(entries, scaling, width, value, name) {
    const points = entries.map((entry, index) => [x(index, entries.length, width), scaling.y(value(entry))]);
    return svg("g", { class: name },
      svg("polyline", { points: points.map(point => point.join()).join(" ") }),
      points.map(([cx, cy], index) => svg("circle", { cx, cy, r: 4 }, svg("title", {}, `${label(entries[index])}: ${format.bytes(value(entries[index]))}`))));
  }

  function chart(entries, width) {
    const scaling = scale(entries.map(entry => entry.size));
    const every = Math.ceil(entries.length * LABEL / (width - LEFT - RIGHT));
    const [first, last] = [entries[0], entries[entries.length - 1]];
    return svg("svg", { class: "trend", viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": `Size over ${format.many(entries.length, "run")}: from ${format.bytes(first.size)} to ${format.bytes(last.size)}` },
      scaling.ticks.map(tick => [
        svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: scaling.y(tick), y2: scaling.y(tick) }),
        svg("text", { x: LEFT - 8, y: scaling.y(tick) + 4, "text-anchor": "end" }, format.bytes(tick)),
      ]),
      entries.map((entry, index) => ((entries.length - 1 - index) % every === 0
        ? svg("text", { x: x(index, entries.length, width), y: HEIGHT - 12, "text-anchor": "middle" }, label(entry)) : null)),
      line(entries, scaling, width, entry => entry.size, "line-size"));
  }

  /** The chart, drawn anew for each width, so that its letters stay as large as all others. */
  function box(entries) {
    const element = el("div", {}, chart(entries, 800));
    new ResizeObserver(() => element.clientWidth > 0 && element.replaceChildren(chart(entries, Math.max(280, element.clientWidth)))).observe(element);
    return element;
  }

  function rows(entries) {
    return entries.map((entry, index) => ({ run: entry, index, difference: index === 0 ? 0 : entry.size - entries[index - 1].size })).reverse();
  }

  function make() {
    const { history } = data;
    if (history === undefined) {
      return null;
    }
    const columns = [
      { title: "Run", value: row => row.index, number: true, cell: row => String(row.index + 1) },
      { ...table.text("Date", row => (row.run.date ?? "–").replace("T", " ").slice(0, 16)), class: "nowrap" },
      ...(new Set(history.map(entry => entry.name)).size > 1 ? [table.path("Image", row => row.run.name)] : []),
      table.text("Commit", row => row.run.commit?.slice(0, 12) ?? "–"),
      table.bytes("Size", row => row.run.size),
      table.difference("Difference", row => row.difference),
      table.bytes("Compressed", row => row.run.compressedSize),
      table.number("Layers", row => row.run.layers),
      table.bytes("Wasted", row => row.run.wasted),
      table.bytes("Saved", row => row.run.saved),
      { title: "Stages", value: row => Object.keys(row.run.stages).length, cell: row => Object.entries(row.run.stages).map(([name, size]) => el("div", { class: "nowrap" }, dom.path(name), ` ${format.bytes(size)}`)) },
      { title: "Id", value: row => row.run.id, cell: row => el("span", { class: "nowrap", title: row.run.id }, dom.path(row.run.id.replace(/^[^:]*:/, "").slice(0, 12))) },
    ];
    return dom.section("trend", "Trend", el("figure", {}, box(history), el("figcaption", { class: "hint" }, "Size of the image by run. The scale does not begin at 0.")), table.make({ label: "Runs", columns, rows: rows(history) }));
  }

  return { make };
})();
