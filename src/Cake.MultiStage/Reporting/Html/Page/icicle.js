/** Where each node of an icicle diagram lies. A row is a depth; a node is as wide as its part of the bytes. */
const icicle = (() => {
  const NARROWEST = 1;

  /**
   * Lays out a directory and what is below it. What is narrower than a pixel is put together, so that the work depends on
   * the width, not on the number of files.
   * @returns Cells of { node, x, width, row }; a node of -1 stands for several.
   */
  function layout(store, width, rows) {
    const cells = [];
    const waiting = [{ node: store.focus, x: 0, width, row: 0 }];
    while (waiting.length > 0) {
      const cell = waiting.pop();
      cells.push(cell);
      if (cell.node >= 0 && cell.row + 1 < rows) {
        waiting.push(...within(store, cell));
      }
    }
    return cells;
  }

  function within(store, { node, x, width, row }) {
    const { bytes } = store.sums;
    const cells = [];
    let left = x;
    const children = store.order(node);
    if (bytes[node] === 0 || children.length === 0) {
      return cells;
    }
    for (const child of children) {
      const part = width * bytes[child] / bytes[node];
      if (part < NARROWEST) {
        break;
      }
      cells.push({ node: child, x: left, width: part, row: row + 1 });
      left += part;
    }
    if (x + width - left >= NARROWEST) {
      cells.push({ node: -1, x: left, width: x + width - left, row: row + 1 });
    }
    return cells;
  }

  const at = (cells, x, row) => cells.find(cell => cell.row === row && x >= cell.x && x < cell.x + cell.width && cell.node >= 0) ?? null;

  const depth = cells => 1 + Math.max(...cells.map(cell => cell.row));

  return { layout, at, depth };
})();
