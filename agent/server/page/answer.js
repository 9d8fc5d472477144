// An answer as it is shown everywhere: words with citations, how sure it is, the evidence that leads to its second.
import { make, letter, clock, range } from "./parts.js";
import { markdown } from "./markdown.js";
import { picture } from "./api.js";

const SUREST = 0.99;
const HEADS = { closest: "Closest moments", answered: "Evidence", nothing: "" };

export function verdict(answer) {
  if (answer.outcome === "answered") return `confidence ${Math.round(100 * Math.min(answer.confidence, SUREST))} %`;
  return answer.outcome === "closest" ? "no clear answer" : "not found";
}

export function searched(answer) {
  const routes = { quotes: "quoted from what was heard and read", model: "by the model", both: "the model and the quotes agree" };
  const where = answer.searched === 1 ? "1 recording searched" : `${answer.searched} recordings searched`;
  return [verdict(answer), routes[answer.route], where].filter(Boolean).join(" · ");
}

// `open(line)` goes to the place of a line of evidence; `films` maps ids to recordings.
export function shown(answer, { options = [], films = new Map(), open }) {
  const lines = answer.evidence.map((line, at) => ({ number: at + 1, ...line }));
  const one = new Set(lines.map((line) => line.video_id)).size === 1;
  const at = (time_s, text) => one && time_s <= (films.get(lines[0].video_id)?.duration_s ?? 0) && make("button", { type: "button", class: "seek", click: () => open({ ...lines[0], number: 0, start_s: time_s, end_s: time_s }) }, text);
  const inside = new Set(), find = (number) => answer.route !== "quotes" && lines.find((line) => line.number === number);
  const cite = (number) => find(number) && (inside.add(number), citation(find(number), open));
  const words = markdown(answer.answer, { at, cite }), others = lines.filter((line) => !inside.has(line.number));
  return [
    options.length > 0 && chosen(options, answer.option),
    make("div", { class: `answer prose${answer.found ? "" : " none"}` }, words, others.length > 0 && make("p", { class: "cites" }, others.map((line) => citation(line, open)))),
    make("p", { class: "meta verdict" }, searched(answer)),
    lines.length > 0 && make("details", { class: "found", open: true }, make("summary", {}, `${HEADS[answer.outcome]} (${lines.length})`),
      make("ol", { class: "cards" }, lines.map((line) => card(line, films, one, open)))),
  ].filter(Boolean);
}

export function chosen(options, option) {
  return make("ol", { class: "options" }, options.map((text, at) => make("li", { dir: "auto", class: at === option ? "chosen" : null }, `${letter(at)}. ${text}`)));
}

function citation(line, open) {
  return make("button", { type: "button", class: "cite", "data-number": line.number, title: `${range([line.start_s, line.end_s])} ${line.text}`,
    "aria-label": `Evidence ${line.number}, at ${clock(line.start_s)}`, click: () => open(line) }, line.number);
}

function card(line, films, one, open) {
  const film = films.get(line.video_id), heard = line.confidence === null || line.confidence === undefined ? "" : ` (${Math.round(100 * line.confidence)} % sure)`;
  const kind = line.source === "heard" ? `heard${heard}` : line.kind;
  return make("li", { class: "card", "data-number": line.number },
    make("button", { type: "button", class: "go", click: () => open(line), "aria-label": `Evidence ${line.number}: play from ${clock(line.start_s)}` },
      make("span", { class: "badge" }, line.number),
      film?.has_pictures && make("img", { src: picture(line.video_id, (line.start_s + line.end_s) / 2, 240), alt: "", loading: "lazy", width: 120, height: 68 })),
    make("div", { class: "body" }, make("p", { class: "meta" }, make("time", {}, range([line.start_s, line.end_s])), ` ${kind}`, !one && [" · ", make("bdi", {}, film?.title ?? line.video)]),
      make("p", { class: "text", dir: "auto" }, line.text)));
}
