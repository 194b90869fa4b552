/** Numbers and texts as a reader sees them. */
const format = (() => {
  const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
  const NAMES = { 9: "\\t", 10: "\\n", 13: "\\r" };
  const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
  const HIDDEN_IN_BLOCKS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

  /** Decimal units and at most three significant digits, such as 1.08 GB: as everywhere in the reports. */
  function bytes(count) {
    let value = Math.abs(count);
    let unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    const decimals = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return `${(count < 0 ? -value : value).toFixed(decimals)} ${UNITS[unit]}`;
  }

  const signed = count => (count > 0 ? "+" : "") + bytes(count);

  const count = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  const many = (number, one, more = `${one}s`) => `${count(number)} ${number === 1 ? one : more}`;

  const percent = number => `${number.toFixed(1)} %`;

  const signedPercent = number => (number > 0 ? "+" : "") + percent(number);

  const seconds = time => (time < 1 ? `${Math.round(1000 * time)} ms` : `${time.toFixed(time < 10 ? 2 : 1)} s`);

  const escape = character => {
    const code = character.charCodeAt(0);
    return NAMES[code] ?? `\\u${code.toString(16).padStart(4, "0")}`;
  };

  /** One line; characters that can't be seen, or that turn the direction of others, are spelled out. */
  const text = value => value.replace(HIDDEN, escape);

  /** As text, but lines stay lines. */
  const block = value => value.replace(/\r\n/g, "\n").replace(HIDDEN_IN_BLOCKS, escape);

  /** Permissions as ls shows them, such as rwxr-xr-x, with the set-id and sticky bits. */
  function mode(bits) {
    if (bits < 0) {
      return "–";
    }
    const special = [bits & 0o4000, bits & 0o2000, bits & 0o1000];
    return [6, 3, 0].map((shift, index) => {
      const [read, write, execute] = [4, 2, 1].map(bit => (bits >> shift) & bit);
      const mark = index === 2 ? "t" : "s";
      const last = special[index] ? (execute ? mark : mark.toUpperCase()) : execute ? "x" : "-";
      return (read ? "r" : "-") + (write ? "w" : "-") + last;
    }).join("");
  }

  /** A layer's instruction in a line. */
  const instruction = layer => (layer.createdBy ? text(layer.createdBy.replace(/\s+/g, " ")) : "no instruction known");

  const capital = word => word.charAt(0).toUpperCase() + word.slice(1);

  return { bytes, signed, count, many, percent, signedPercent, seconds, text, block, mode, instruction, capital };
})();
