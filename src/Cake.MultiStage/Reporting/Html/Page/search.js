/** Finds files by a part of their path. */
class Search {
  static #LISTED = 100;
  #store;
  #status;
  #list;

  constructor(store) {
    const { el } = dom;
    this.#store = store;
    this.#status = el("p", { class: "hint", role: "status", id: "search-status" });
    this.#list = el("ol", { class: "hits", "aria-label": "Files found", hidden: true });
    this.input = el("input", { type: "search", id: "search", autocomplete: "off", spellcheck: "false", placeholder: "part of a path", "aria-describedby": "search-status",
      oninput: () => store.search(this.input.value), onkeydown: event => this.#key(event) });
    this.field = el("div", { class: "field grow" }, el("label", { for: "search" }, "Search paths"), this.input);
    this.results = el("div", {}, this.#status, this.#list);
    store.watch(changes => "hits" in changes && this.#show());
  }

  #key(event) {
    if (event.key === "Escape" && this.input.value !== "") {
      event.preventDefault();
      this.input.value = "";
      this.#store.search("");
    }
  }

  #show() {
    const { hits, tree, sums } = this.#store;
    if (hits === null) {
      this.#status.textContent = "";
      this.#list.hidden = true;
      return;
    }
    const found = this.#found();
    const most = found.length > Search.#LISTED ? ` The largest ${Search.#LISTED}:` : "";
    this.#status.textContent = `${format.many(hits.sums.files[0], "file")}, ${format.bytes(hits.sums.bytes[0])}; ${format.many(hits.sums.nodes[0], "path")} found.${most}`;
    this.#list.hidden = found.length === 0;
    this.#list.replaceChildren(...found.slice(0, Search.#LISTED).map(node => dom.el("li", {},
      dom.el("button", { type: "button", onclick: () => this.#store.zoom(node) }, this.#marked(tree.paths[node] + (tree.isDirectory(node) ? "/" : "")), dom.el("span", { class: "size" }, format.bytes(sums.bytes[node]))))));
  }

  /** The largest first; files before directories of the same size, which hold them. */
  #found() {
    const { hits, tree, sums } = this.#store;
    const found = [];
    for (let node = 1; node < tree.length; node++) {
      if (hits.marks[node] === 1) {
        found.push(node);
      }
    }
    return found.sort((left, right) => sums.bytes[right] - sums.bytes[left] || tree.depths[right] - tree.depths[left] || left - right);
  }

  #marked(path) {
    const at = path.toLowerCase().lastIndexOf(this.#store.query.toLowerCase());
    const end = at + this.#store.query.length;
    return at < 0 ? dom.path(path)
      : dom.el("bdi", { class: "path" }, format.text(path.slice(0, at)), dom.el("mark", {}, format.text(path.slice(at, end))), format.text(path.slice(end)));
  }
}
