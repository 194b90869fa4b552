/** What the page shows, as it stands in the page. */
const data = JSON.parse(document.getElementById("data").textContent);

/**
 * The image's file system. Nodes are numbers: a directory comes before what is in it, and all of that before the next
 * node beside it, so that a subtree is a range.
 */
class FileTree {
  #columns;
  #paths = null;

  constructor(columns) {
    this.#columns = columns;
    this.names = ("/" + columns.names).split("/");
    this.length = columns.depths.length;
    this.depths = columns.depths;
    this.sizes = columns.sizes;
    this.layers = columns.layers;
    this.types = columns.types;
    this.parents = new Int32Array(this.length);
    this.ends = new Int32Array(this.length);
    this.#link();
  }

  #link() {
    const open = [];
    for (let node = 0; node < this.length; node++) {
      const depth = this.depths[node];
      this.parents[node] = depth === 0 ? -1 : open[depth - 1];
      open[depth] = node;
    }
    for (let node = this.length - 1; node >= 0; node--) {
      this.ends[node] = Math.max(this.ends[node], node + 1);
      if (node > 0) {
        const parent = this.parents[node];
        this.ends[parent] = Math.max(this.ends[parent], this.ends[node]);
      }
    }
  }

  children(node) {
    const found = [];
    for (let child = node + 1; child < this.ends[node]; child = this.ends[child]) {
      found.push(child);
    }
    return found;
  }

  /** From the root down to the node, both included. */
  chain(node) {
    const nodes = [];
    for (let at = node; at >= 0; at = this.parents[at]) {
      nodes.unshift(at);
    }
    return nodes;
  }

  contains(directory, node) {
    return node >= directory && node < this.ends[directory];
  }

  get paths() {
    if (this.#paths === null) {
      this.#paths = ["/"];
      for (let node = 1; node < this.length; node++) {
        const parent = this.parents[node];
        this.#paths.push(`${parent === 0 ? "" : this.#paths[parent]}/${this.names[node]}`);
      }
    }
    return this.#paths;
  }

  attributes(node) {
    const [kind, mode, user, group, hasCapabilities] = this.#columns.attributeSets[this.#columns.attributes[node]];
    return { kind, mode, user, group, hasCapabilities };
  }

  kind(node) {
    return this.#columns.attributeSets[this.#columns.attributes[node]][0];
  }

  isDirectory(node) {
    return this.kind(node) === "directory";
  }

  linkTarget(node) {
    return this.#columns.links[node] ?? null;
  }

  /** Sums up bytes and files, and the number of nodes, of what is included: for each node, with all below it. */
  sum(includes) {
    const sums = { bytes: new Float64Array(this.length), files: new Int32Array(this.length), nodes: new Int32Array(this.length) };
    for (let node = this.length - 1; node >= 0; node--) {
      if (includes(node)) {
        sums.bytes[node] += this.sizes[node];
        sums.files[node] += this.kind(node) === "file" ? 1 : 0;
        sums.nodes[node]++;
      }
      if (node > 0) {
        const parent = this.parents[node];
        sums.bytes[parent] += sums.bytes[node];
        sums.files[parent] += sums.files[node];
        sums.nodes[parent] += sums.nodes[node];
      }
    }
    return sums;
  }
}
