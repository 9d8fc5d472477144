// What every page is built from. Everything untrusted reaches a page as text nodes, never as markup.

export function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...nodes(children));
  return element;
}

export function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== "" && child !== false)
    .map((child) => (child instanceof Node ? child : visible(child)));
}

// Control characters as their pictures, so that nothing in a text is hidden.
export function visible(text) {
  return String(text).replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, "\u2421");
}

export const letter = (index) => (index === null || index === undefined || index < 0 ? "" : String.fromCharCode(65 + index));

export function clock(time_s) {
  const whole = Math.max(0, Math.floor(time_s)), two = (n) => String(n).padStart(2, "0");
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest}` : rest;
}

export const range = ([start_s, end_s]) => (clock(start_s) === clock(end_s) ? clock(start_s) : `${clock(start_s)}–${clock(end_s)}`);
