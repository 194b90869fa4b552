/** The icicle on its canvas: drawing, the mouse and the keys. */
class Chart {
  static #ROW = 26;
  static #ROWS = 14;
  #store;
  #tooltip;
  #canvas;
  #cells = [];
  #width = 0;

  constructor(store, tooltip) {
    this.#store = store;
    this.#tooltip = tooltip;
    this.#canvas = dom.el("canvas", {
      class: "chart", tabindex: "0", role: "application", "aria-roledescription": "icicle diagram", "aria-label": "Files by size", "aria-describedby": "chart-help",
      onclick: event => this.#click(event), onmousemove: event => this.#move(event), onmouseleave: () => tooltip.hide(), onkeydown: event => this.#key(event),
    });
    this.element = dom.el("div", { class: "chart-box" }, this.#canvas);
    // Drawing changes the height, which is no reason to draw.
    new ResizeObserver(() => this.element.clientWidth !== this.#width && this.draw()).observe(this.element);
    theme.watch(() => this.draw());
    store.watch(() => this.draw());
  }

  draw() {
    const width = this.element.clientWidth;
    this.#width = width;
    if (width === 0) {
      return;
    }
    this.#cells = icicle.layout(this.#store, width, Chart.#ROWS);
    const height = Chart.#ROW * icicle.depth(this.#cells);
    const context = this.#size(width, height);
    const colours = palette.read(this.element);
    context.font = `12px ${getComputedStyle(this.element).fontFamily}`;
    context.textBaseline = "middle";
    for (const cell of this.#cells) {
      this.#drawCell(context, colours, cell);
    }
    const selected = this.#cells.find(cell => cell.node === this.#store.selected);
    if (selected !== undefined) {
      this.#outline(context, colours.mark, selected);
    }
  }

  #size(width, height) {
    const scale = devicePixelRatio;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    this.#canvas.style.blockSize = `${height}px`;
    const context = this.#canvas.getContext("2d");
    context.scale(scale, scale);
    return context;
  }

  #drawCell(context, colours, { node, x, width, row }) {
    const y = row * Chart.#ROW;
    const gap = width > 3 ? 1 : 0;
    context.globalAlpha = this.#isDimmed(node) ? 0.3 : 1;
    context.fillStyle = node < 0 ? colours.rest : colours.fill(this.#store.colours[node]);
    context.fillRect(x, y, width - gap, Chart.#ROW - 1);
    if (node >= 0 && width > 34) {
      context.fillStyle = colours.text;
      context.fillText(this.#label(context, node, width - 12), x + 6, y + Chart.#ROW / 2);
    }
    context.globalAlpha = 1;
    if (this.#store.hits?.marks[node] === 1) {
      context.fillStyle = colours.mark;
      context.fillRect(x, y + Chart.#ROW - 4, width - gap, 3);
    }
  }

  #outline(context, colour, { x, width, row }) {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.strokeRect(x + 1, row * Chart.#ROW + 1, Math.max(1, width - 3), Chart.#ROW - 3);
  }

  #isDimmed(node) {
    const { hits } = this.#store;
    return hits !== null && (node < 0 || hits.sums.nodes[node] === 0);
  }

  /** The name, with the size where there is room, cut where there is not. */
  #label(context, node, room) {
    const name = node === 0 ? "/" : format.text(this.#store.tree.names[node]);
    const full = `${name}  ${format.bytes(this.#store.sums.bytes[node])}`;
    const text = context.measureText(full).width <= room ? full : name;
    const width = context.measureText(text).width;
    return width <= room ? text : `${[...text].slice(0, Math.max(1, Math.floor(text.length * room / width) - 1)).join("")}…`;
  }

  #cellAt(event) {
    const box = this.#canvas.getBoundingClientRect();
    return icicle.at(this.#cells, event.clientX - box.left, Math.floor((event.clientY - box.top) / Chart.#ROW));
  }

  #click(event) {
    const cell = this.#cellAt(event);
    if (cell?.node === this.#store.focus) {
      this.#store.up();
    } else if (cell !== null) {
      this.#store.zoom(cell.node);
    }
  }

  #move(event) {
    const cell = this.#cellAt(event);
    this.#canvas.style.cursor = cell === null ? "default" : "pointer";
    if (cell === null) {
      this.#tooltip.hide();
    } else {
      this.#tooltip.show(cell.node, event.clientX, event.clientY);
    }
  }

  #key(event) {
    const move = this.#moves()[event.key];
    if (move !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      move();
    }
  }

  #moves() {
    const store = this.#store;
    const { tree, selected } = store;
    const isInside = tree.contains(store.focus, selected);
    const beside = step => {
      const siblings = selected === store.focus || !isInside ? [selected] : store.order(tree.parents[selected]);
      store.select(siblings[Math.min(siblings.length - 1, Math.max(0, siblings.indexOf(selected) + step))]);
    };
    return {
      ArrowRight: () => beside(1),
      ArrowLeft: () => beside(-1),
      ArrowDown: () => store.select(isInside ? store.order(selected)[0] ?? selected : store.focus),
      ArrowUp: () => store.select(selected === store.focus || !isInside ? store.focus : tree.parents[selected]),
      Enter: () => store.zoom(selected),
      Escape: () => store.up(),
      Backspace: () => store.up(),
    };
  }
}
