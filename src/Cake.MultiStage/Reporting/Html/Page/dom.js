/** Makes elements. Whatever comes from an image goes in as text, never as markup. */
const dom = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  function make(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) {
        element.addEventListener(name.slice(2), value);
      } else if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
    return element;
  }

  const el = (tag, attributes = {}, ...children) => make(document.createElement(tag), attributes, children);

  const svg = (tag, attributes = {}, ...children) => make(document.createElementNS(SVG, tag), attributes, children);

  /** A bar beside a number that says the same: for the eye only. */
  function bar(fraction, kind = "") {
    const fill = el("span", { class: `fill ${kind}` });
    fill.style.inlineSize = `${100 * Math.min(1, Math.max(0, fraction))}%`;
    fill.style.minInlineSize = fraction > 0 ? "1px" : "0";
    return el("span", { class: "track", "aria-hidden": "true" }, fill);
  }

  /** A path or a name: its direction stays its own, and it breaks where it must. */
  const path = text => el("bdi", { class: "path" }, format.text(text));

  const code = text => el("code", {}, format.block(text));

  /** A part of the page with a heading; its id is the aim of the navigation. */
  function section(id, title, ...children) {
    return el("section", { id, class: "card", tabindex: "-1", "aria-labelledby": `${id}-title` }, el("h2", { id: `${id}-title` }, title), ...children);
  }

  const part = (title, ...children) => el("div", { class: "part" }, el("h3", {}, title), ...children);

  return { el, svg, bar, path, code, section, part };
})();
