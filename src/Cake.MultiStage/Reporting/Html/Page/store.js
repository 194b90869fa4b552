/** What the explorer shows, for all its views: whoever changes it tells the others. */
class ExplorerStore {
  #watchers = [];
  #orders = new Map();

  constructor(tree) {
    this.tree = tree;
    this.all = tree.sum(() => true);
    this.sums = this.all;
    this.focus = 0;
    this.selected = 0;
    this.colour = "layer";
    this.colours = palette.indexes(tree, "layer");
    this.layer = null;
    this.query = "";
    this.hits = null;
  }

  watch(watcher) {
    this.#watchers.push(watcher);
  }

  /** Shows a directory, or the one that a file is in. */
  zoom(node) {
    const focus = this.tree.isDirectory(node) ? node : this.tree.parents[node];
    this.#change({ focus, selected: node });
  }

  /** Shows the directory above; what was shown stays selected. */
  up() {
    if (this.focus > 0) {
      this.#change({ focus: this.tree.parents[this.focus], selected: this.focus });
    }
  }

  select(node) {
    this.#change({ selected: node });
  }

  colourBy(colour) {
    this.#change({ colour, colours: palette.indexes(this.tree, colour) });
  }

  /** Counts the files of one layer only; null counts all. */
  filter(layer) {
    const { layers } = this.tree;
    this.#orders.clear();
    this.layer = layer;
    this.sums = layer === null ? this.all : this.tree.sum(node => layers[node] === layer && !this.tree.isDirectory(node));
    this.#change({ layer, hits: this.#find(this.query) });
  }

  search(query) {
    this.#change({ query, hits: this.#find(query) });
  }

  /** Whether a node is part of what is shown: all is, unless a layer is filtered. */
  includes(node) {
    return this.layer === null || this.sums.nodes[node] > 0;
  }

  /** What is in a directory, the largest first. */
  order(directory) {
    let order = this.#orders.get(directory);
    if (order === undefined) {
      const { bytes } = this.sums;
      order = this.tree.children(directory).filter(node => this.includes(node)).sort((left, right) => bytes[right] - bytes[left] || left - right);
      this.#orders.set(directory, order);
    }
    return order;
  }

  /** Finds the paths that hold a text, in lower or upper case. */
  #find(query) {
    const wanted = query.toLowerCase();
    if (wanted === "") {
      return null;
    }
    const { paths, length } = this.tree;
    const marks = new Uint8Array(length);
    for (let node = 1; node < length; node++) {
      marks[node] = paths[node].toLowerCase().includes(wanted) && this.includes(node) ? 1 : 0;
    }
    return { marks, sums: this.tree.sum(node => marks[node] === 1) };
  }

  #change(changes) {
    Object.assign(this, changes);
    for (const watcher of this.#watchers) {
      watcher(changes);
    }
  }
}
