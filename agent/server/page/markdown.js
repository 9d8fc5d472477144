// Model text: a small safe part of Markdown, made of nodes. Markup in it is text; nothing in it loads anything.
// Clock times become what `at(time_s, text)` returns, numbers in brackets what `cite(number)` does.
import { make } from "./parts.js";

const BLOCKS = [
  [/^(```|~~~)/, fence], [/^#{1,6}\s+/, heading], [/^\s{0,3}([-*+]|\d{1,9}[.)])\s+/, list],
  [/^\s{0,3}>/, quote], [/^\s{0,3}([-*_])(\s*\1){2,}\s*$/, rule], [/^\s*\|.*\|\s*$/, table],
];

export function markdown(text, links = {}) {
  const lines = String(text).replace(/\r\n?/g, "\n").split("\n"), blocks = [];
  while (lines.length) {
    if (!lines[0].trim()) lines.shift();
    else blocks.push((BLOCKS.find(([start]) => start.test(lines[0]))?.[1] ?? paragraph)(lines, links));
  }
  return blocks;
}

function take(lines, wanted) {
  const taken = [];
  while (lines.length && wanted(lines[0], taken.length)) taken.push(lines.shift());
  return taken;
}

const begins = (line) => BLOCKS.some(([start]) => start.test(line));

function paragraph(lines, links) {
  const taken = take(lines, (line, count) => line.trim() && (count === 0 || !begins(line)));
  return make("p", { dir: "auto" }, taken.flatMap((line, at) => (at ? [make("br"), ...inline(line, links)] : inline(line, links))));
}

function fence(lines) {
  const [, mark] = /^(```|~~~)/.exec(lines.shift());
  const taken = take(lines, (line) => !line.startsWith(mark));
  lines.shift();
  return make("pre", { dir: "auto" }, taken.join("\n"));
}

function heading(lines, links) {
  const [, marks, text] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines.shift());
  return make(`h${Math.min(6, marks.length + 2)}`, { dir: "auto" }, inline(text, links));
}

function list(lines, links) {
  const bullet = /^(\s{0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/, first = bullet.exec(lines[0]);
  const ordered = /\d/.test(first[2]), items = [];
  while (lines.length) {
    const item = bullet.exec(lines[0]);
    if (!item || /\d/.test(item[2]) !== ordered) break;
    lines.shift();
    const inner = take(lines, (line) => /^\s{2,}\S/.test(line)).map((line) => line.replace(/^\s{2,4}/, ""));
    items.push(make("li", { dir: "auto" }, inline(item[3], links), markdown(inner.join("\n"), links)));
  }
  return make(ordered ? "ol" : "ul", ordered && { start: parseInt(first[2], 10) }, items);
}

function quote(lines, links) {
  const taken = take(lines, (line) => /^\s{0,3}>/.test(line)).map((line) => line.replace(/^[\s>]*>\s?/, ""));
  return make("blockquote", {}, markdown(taken.join("\n"), links));
}

function rule(lines) {
  lines.shift();
  return make("hr");
}

function table(lines, links) {
  const rows = take(lines, (line) => /^\s*\|.*\|\s*$/.test(line)).map((line) => line.trim().slice(1, -1).split("|").map((cell) => cell.trim()));
  const headed = rows[1]?.every((cell) => /^:?-+:?$/.test(cell));
  const line = (cells, tag) => make("tr", {}, cells.map((cell) => make(tag, { dir: "auto" }, inline(cell, links))));
  return make("div", { class: "wide" }, make("table", {},
    headed && make("thead", {}, line(rows[0], "th")), make("tbody", {}, (headed ? rows.slice(2) : rows).map((cells) => line(cells, "td")))));
}

const INLINE = [
  [/^!\[[^\]\n]{0,300}\]\([^()\s]*\)/, ([picture]) => picture],
  [/^`([^`]+)`/, ([, code]) => make("code", {}, code)],
  [/^\\([!-/:-@[-`{-~])/, ([, char]) => char],
  [/^\[([^\]\n]{1,300})\]\((https?:\/\/[^\s()]+)\)/, ([, label, address], links) => [inline(label, links), " (", link(address), ")"]],
  [/^https?:\/\/[^\s<>()[\]]+[^\s<>()[\].,;:!?'"]/, ([address]) => link(address)],
  [/^\[(\d{1,4})\]([.,;:!?)]*)/, cited],
  [/^(?:\d{1,2}:)?\d{1,2}:\d{2}(?![\d:])/, timed],
  [/^\*\*(?=\S)(.{0,400}?\S)\*\*/, ([, text], links) => make("strong", {}, inline(text, links))],
  [/^__(?=\S)(.{0,400}?\S)__(?!\w)/, ([, text], links) => make("strong", {}, inline(text, links))],
  [/^\*(?=[^\s*])(.{0,400}?[^\s*])\*(?!\*)/, ([, text], links) => make("em", {}, inline(text, links))],
  [/^_(?=[^\s_])(.{0,400}?[^\s_])_(?!\w)/, ([, text], links) => make("em", {}, inline(text, links))],
];

function inline(text, links) {
  const found = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const [match, made] = /[\w:]/.test(text[at - 1] ?? "") && /[\w:]/.test(text[at]) ? [] : next(text.slice(at), text[at - 1] ?? "", links);
    if (!match) {
      plain += text[at++];
      continue;
    }
    found.push(plain, made);
    plain = "";
    at += match[0].length;
  }
  return [...found, plain];
}

function next(text, before, links) {
  for (const [pattern, build] of INLINE) {
    const match = pattern.exec(text);
    if (match && !(/^[_]/.test(text) && /\w/.test(before))) return [match, build(match, links) ?? match[0]];
  }
  return [];
}

const link = (address) => make("a", { href: address, target: "_blank", rel: "noreferrer noopener nofollow" }, address);

// A number never stands apart from the full stop behind it.
function cited([whole, number, stop], { cite }) {
  const made = cite?.(Number(number));
  return made ? make("span", { class: "cited" }, made, stop) : whole;
}

function timed([whole], { at }) {
  return at?.(whole.split(":").reduce((sum, part) => 60 * sum + Number(part), 0), whole) || whole;
}
