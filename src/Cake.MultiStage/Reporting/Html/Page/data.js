/** The report as report.json has it, once it is unpacked. */
let data = null;

/** Unpacks the document that is in the page. */
async function unpack() {
  const packed = Uint8Array.from(atob(document.getElementById("data").textContent), character => character.charCodeAt(0));
  const text = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  data = await new Response(text).json();
}

/**
 * The image's file system. Nodes are numbers: a directory comes before what is in it, and all of that before the next
 * node beside it, so that a subtree is a range.
 */
class FileTree {
  static #NONE = { type: "directory", size: 0, mode: "", layer: 0 };
  #entries = [];
  #paths = null;

  /** @param files The files in the order of a walk. Directories that no layer lists are not among them. */
  constructor(files) {
    this.names = [];
    this.depths = [];
    this.sizes = [];
    this.layers = [];
    this.types = [];
    this.#add("/", 0, FileTree.#NONE);
    const open = [];
    for (const file of files) {
      const parts = file.path.slice(1).split("/");
      let depth = 0;
      while (depth < open.length && depth < parts.length - 1 && open[depth] === parts[depth]) {
        depth++;
      }
      for (; depth < parts.length - 1; depth++) {
        this.#add(parts[depth], depth + 1, FileTree.#NONE);
        open[depth] = parts[depth];
      }
      this.#add(parts[depth], depth + 1, file);
      open.length = depth;
      if (file.type === "directory") {
        open.push(parts[depth]);
      }
    }
    this.length = this.depths.length;
    this.parents = new Int32Array(this.length);
    this.ends = new Int32Array(this.length);
    this.#link();
  }

  #add(name, depth, entry) {
    this.#entries.push(entry);
    this.names.push(name);
    this.depths.push(depth);
    this.sizes.push(entry.size);
    this.layers.push(entry.layer);
    this.types.push(entry.fileType ?? -1);
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

  /** What is known of a node. The mode is -1 for a directory that no layer lists. */
  attributes(node) {
    const { mode, uid = 0, gid = 0, capabilities = false } = this.#entries[node];
    return { kind: this.kind(node), mode: mode === "" ? -1 : parseInt(mode, 8), user: uid, group: gid, hasCapabilities: capabilities };
  }

  kind(node) {
    return this.#entries[node].type ?? "file";
  }

  isDirectory(node) {
    return this.kind(node) === "directory";
  }

  linkTarget(node) {
    return this.#entries[node].target ?? null;
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
