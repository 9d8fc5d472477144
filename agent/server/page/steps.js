// The steps of a run, live while it works and folded when it is done.
import { make, clock, range } from "./parts.js";

export function stepsOf(run) {
  const list = make("ol", { class: "steps" });
  const ended = new Set(run.steps.filter((each) => each.event === "observed").map((each) => JSON.stringify(each.call)));
  list.append(...run.steps.filter((each) => each.event !== "tool_called" || !ended.has(JSON.stringify(each.call))).map(step).filter(Boolean));
  return list;
}

// One step as a line that opens; null for what explains nothing.
export function step(each) {
  const [title, body, css] = (TOLD[each.event] ?? other)(each);
  if (!title) return null;
  const head = [each.at_s !== undefined && make("span", { class: "meta number" }, `${each.at_s.toFixed(1)} s `), make("span", { class: css }, title)];
  const inner = body.filter(Boolean);
  return make("li", {}, inner.length ? make("details", {}, make("summary", {}, head), inner) : make("p", {}, head));
}

const told = (name, text, tag = "p") => text && make(tag, { dir: "auto" }, name && make("span", { class: "meta" }, `${name} `), text);
const call = ({ name, arguments: values }) => `${name}(${Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(", ")})`;
const counted = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

const TOLD = {
  planned: (s) => [s.calls.length ? `Plan: ${s.calls.map((each) => words(each.name)).join(", ")}` : "Plan: nothing more to look at", [told("", s.thought), ...s.calls.map((each) => told("", call(each), "pre"))]],
  tool_called: (s) => [`${words(s.call.name)} …`, [told("", call(s.call), "pre")], "calling"],
  observed: (s) => [`${words(s.call.name)}${s.error ? " failed" : s.repeated ? " (asked before)" : ""}: ${counted(s.evidence.length, "new line")}`,
    [told("", call(s.call), "pre"), told("", s.text, "pre"), evidence(s.evidence)], s.error ? "failed" : null],
  reflected: (s) => [`Weighed: confidence ${Math.round(100 * Math.min(s.confidence, 0.99))} %${s.sufficient ? ", enough" : ""}${s.forced ? `, must answer (${s.forced})` : ""}`, [told("", s.candidate), told("missing:", s.missing), signals(s.signals)]],
  warned: (s) => [s.message, [], "warn"],
  indexing: (s) => [`Indexing ${s.video ?? ""}: ${s.stage}`, []],
};

function other(s) {
  const { event, at_s, title, ...rest } = s;
  return [title || words(event), [Object.keys(rest).length > 0 && told("", JSON.stringify(rest, null, 1), "pre")]];
}

const words = (name) => name.replaceAll("_", " ");
const evidence = (lines) => lines.length > 0 && make("ul", {}, lines.map((line) => make("li", { dir: "auto" }, make("time", {}, `${range([line.start_s, line.end_s])} `), line.text)));
const signals = (values) => Object.keys(values ?? {}).length > 0 && make("table", {}, make("tbody", {}, Object.entries(values).map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, words(name)), make("td", { class: "number" }, value.toFixed(3))))));

// A run that is worked on: `add` takes its events; a call that ended takes the place of its beginning.
export class LiveSteps {
  constructor() {
    this.list = make("ol", { class: "steps" });
    this.summary = make("summary", {}, "Working…");
    this.element = make("details", { class: "run", open: true }, this.summary, this.list);
    this.calling = new Map();
    this.begun_ms = performance.now();
    this.count = 0;
  }

  add(event) {
    const line = step({ at_s: event.event === "indexing" ? undefined : (performance.now() - this.begun_ms) / 1000, ...event });
    if (!line) return;
    const key = event.call && JSON.stringify(event.call);
    const before = event.event === "observed" ? this.calling.get(key)?.pop() : event.event === "indexing" ? this.indexing : null;
    if (before) before.replaceWith(line);
    else {
      this.list.append(line);
      this.count += 1;
    }
    if (event.event === "tool_called") this.calling.set(key, [...(this.calling.get(key) ?? []), line]);
    if (event.event === "indexing") this.indexing = line;
    this.summary.textContent = `Working: ${counted(this.count, "step")}`;
  }

  wait(place) {
    this.summary.textContent = place > 0 ? `Waiting in line: number ${place}` : "Working…";
  }

  done(words) {
    this.element.open = false;
    this.summary.textContent = this.count ? `${counted(this.count, "step")}${words ? `, ${words}` : ""}` : words || "no steps";
    if (!this.count) this.element.hidden = true;
  }
}

export const spent = (usage) => [usage.wall_s !== undefined && `${usage.wall_s.toFixed(1)} s`, usage.model_calls && counted(usage.model_calls, "model call"), usage.frames && counted(usage.frames, "picture"), usage.cost !== undefined && `cost ${usage.cost}`].filter(Boolean).join(", ");
