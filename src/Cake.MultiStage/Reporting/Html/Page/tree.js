/** The same files as a tree for the keyboard and for those who hear the page. Only the rows in view are there. */
class TreeView {
  static #ROW = 28;
  static #SPARE = 8;
  #store;
  #open = new Set();
  #rows = [];
  #scroll;
  #space;

  constructor(store) {
    this.#store = store;
    this.#space = dom.el("div", { class: "space", role: "none" });
    this.#scroll = dom.el("div", {
      class: "tree", role: "tree", tabindex: "0", "aria-label": "Files", "aria-describedby": "tree-help",
      onscroll: () => this.#show(), onkeydown: event => this.#key(event), onclick: event => this.#click(event),
    }, this.#space);
    this.element = this.#scroll;
    new ResizeObserver(() => this.#show()).observe(this.#scroll);
    store.watch(changes => this.#update(changes));
    this.#list();
  }

  #update(changes) {
    if ("selected" in changes) {
      this.#reveal(changes.selected);
    }
    this.#list();
    if ("selected" in changes) {
      this.#scrollTo(changes.selected);
    } else if ("focus" in changes || "layer" in changes) {
      this.#scroll.scrollTop = 0;
    }
    this.#show();
  }

  /** Opens all directories between what is shown and a node. */
  #reveal(node) {
    const { tree, focus } = this.#store;
    if (tree.contains(focus, node)) {
      for (let at = tree.parents[node]; at > focus; at = tree.parents[at]) {
        this.#open.add(at);
      }
    }
  }

  /** Lists the rows that are open, from the top down. */
  #list() {
    const { focus } = this.#store;
    const rows = [];
    const add = (directory, level) => this.#store.order(directory).forEach((node, index, beside) => {
      rows.push({ node, level, place: index + 1, of: beside.length });
      if (this.#open.has(node)) {
        add(node, level + 1);
      }
    });
    add(focus, 1);
    this.#rows = rows;
    this.#space.style.blockSize = `${rows.length * TreeView.#ROW}px`;
  }

  #show() {
    const first = Math.max(0, Math.floor(this.#scroll.scrollTop / TreeView.#ROW) - TreeView.#SPARE);
    const last = Math.min(this.#rows.length, first + Math.ceil(this.#scroll.clientHeight / TreeView.#ROW) + 2 * TreeView.#SPARE);
    const shown = [];
    for (let index = first; index < last; index++) {
      shown.push(this.#row(index));
    }
    this.#space.replaceChildren(...shown);
    const selected = this.#rows.findIndex(row => row.node === this.#store.selected);
    this.#scroll.removeAttribute("aria-activedescendant");
    if (selected >= first && selected < last) {
      this.#scroll.setAttribute("aria-activedescendant", `node-${this.#store.selected}`);
    }
  }

  #row(index) {
    const { el } = dom;
    const { tree, sums, focus, selected, hits } = this.#store;
    const { node, level, place, of } = this.#rows[index];
    const isDirectory = tree.isDirectory(node);
    const isOpen = this.#open.has(node);
    const { mode, user, group } = tree.attributes(node);
    const target = tree.linkTarget(node);
    const row = el("div", {
      id: `node-${node}`, role: "treeitem", class: `row${hits?.marks[node] === 1 ? " hit" : ""}`, "data-index": index,
      "aria-level": level, "aria-posinset": place, "aria-setsize": of, "aria-selected": String(node === selected), "aria-expanded": isDirectory ? String(isOpen) : null,
    },
      el("span", { class: "twisty", "aria-hidden": "true" }, isDirectory ? (isOpen ? "▾" : "▸") : ""),
      palette.swatch(this.#store.colours[node]),
      el("span", { class: "name" }, dom.path(tree.names[node] + (isDirectory ? "/" : "")), target === null ? null : [" → ", dom.path(target)]),
      dom.bar(sums.bytes[focus] === 0 ? 0 : sums.bytes[node] / sums.bytes[focus]),
      el("span", { class: "size" }, format.bytes(sums.bytes[node])),
      el("span", { class: "files" }, isDirectory ? format.many(sums.files[node], "file") : ""),
      el("span", { class: "mode" }, format.mode(mode)),
      el("span", { class: "owner" }, `${user}:${group}`),
      el("span", { class: "layer" }, `layer ${tree.layers[node] + 1}`));
    row.style.top = `${index * TreeView.#ROW}px`;
    row.style.paddingInlineStart = `${4 + 16 * (level - 1)}px`;
    return row;
  }

  #scrollTo(node) {
    const index = this.#rows.findIndex(row => row.node === node);
    if (index < 0) {
      return;
    }
    const [top, bottom] = [index * TreeView.#ROW, (index + 1) * TreeView.#ROW];
    if (top < this.#scroll.scrollTop) {
      this.#scroll.scrollTop = top;
    } else if (bottom > this.#scroll.scrollTop + this.#scroll.clientHeight) {
      this.#scroll.scrollTop = bottom - this.#scroll.clientHeight;
    }
  }

  #rowOf(event) {
    const row = event.target.closest("[data-index]");
    return row === null ? null : this.#rows[Number(row.dataset.index)].node;
  }

  #click(event) {
    const node = this.#rowOf(event);
    if (node === null) {
      return;
    }
    // The rows of the first click are gone at the second, so that there is no dblclick on any.
    if (event.detail === 2) {
      this.#store.zoom(node);
      return;
    }
    if (this.#store.tree.isDirectory(node)) {
      this.#toggle(node);
    }
    this.#store.select(node);
  }

  #toggle(node) {
    if (!this.#open.delete(node)) {
      this.#open.add(node);
    }
    this.#list();
    this.#show();
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
    const at = this.#rows.findIndex(row => row.node === store.selected);
    const page = Math.max(1, Math.floor(this.#scroll.clientHeight / TreeView.#ROW) - 1);
    const to = index => this.#rows.length > 0 && store.select(this.#rows[Math.min(this.#rows.length - 1, Math.max(0, index))].node);
    return {
      ArrowDown: () => to(at + 1),
      ArrowUp: () => to(at - 1),
      PageDown: () => to(at + page),
      PageUp: () => to(at - page),
      Home: () => to(0),
      End: () => to(this.#rows.length - 1),
      ArrowRight: () => this.#inward(at),
      ArrowLeft: () => this.#outward(at),
      Enter: () => at >= 0 && store.zoom(store.selected),
      Escape: () => store.up(),
      Backspace: () => store.up(),
    };
  }

  #inward(at) {
    const { selected, tree } = this.#store;
    if (at < 0 || !tree.isDirectory(selected)) {
      return;
    }
    if (this.#open.has(selected)) {
      this.#store.select(this.#store.order(selected)[0] ?? selected);
    } else {
      this.#toggle(selected);
    }
  }

  #outward(at) {
    const { selected, tree, focus } = this.#store;
    if (at >= 0 && this.#open.has(selected)) {
      this.#toggle(selected);
    } else if (at >= 0 && tree.parents[selected] !== focus) {
      this.#store.select(tree.parents[selected]);
    }
  }
}
