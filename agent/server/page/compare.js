// Two answers side by side: two runs, or one question asked again another way.
import { make } from "./parts.js";
import * as api from "./api.js";
import { explained, opened } from "./run.js";
import { Turn } from "./turn.js";

export async function compare(body, [left, right]) {
  const first = await api.get(`api/runs/${encodeURIComponent(left)}`), second = make("section", { "aria-label": "Second answer" });
  body.append(make("nav", { "aria-label": "Where" }, make("a", { href: "#/runs" }, "← all runs")), make("h1", { dir: "auto" }, first.asked || first.question),
    make("div", { class: "sides" }, make("section", { "aria-label": "First answer" }, make("p", { class: "by" }, named(first)), await explained(left, { head: false })), second));
  if (right) await fill(second, right, first);
  else await again(second, first);
}

const named = (run) => [make("b", {}, run.strategy), " ", make("span", { class: "meta" }, [...new Set(Object.values(run.models ?? {}))].join(", ") || "no model")];

async function fill(side, id, first) {
  const run = await api.get(`api/runs/${encodeURIComponent(id)}`);
  const other = (run.asked || run.question) !== (first.asked || first.question);
  side.replaceChildren(make("p", { class: "by" }, named(run)), ...(other ? [make("p", { class: "warn", dir: "auto" }, `asked: ${run.asked || run.question}`)] : []), await explained(id, { head: false }));
}

// The same question of the same recordings, by another strategy.
async function again(side, first) {
  const { strategies = [], strategy } = await api.get("api/settings");
  const other = [strategy, "observe", "topk"].find((name) => name !== first.strategy);
  const choice = make("select", { "aria-label": "Strategy" }, strategies.map(({ name, idea }) => make("option", { value: name, title: idea, selected: name === other }, name)));
  const live = make("div"), idea = make("p", { class: "meta" });
  const told = () => { idea.textContent = strategies.find(({ name }) => name === choice.value)?.idea ?? ""; };
  choice.addEventListener("change", told);
  told();
  side.replaceChildren(make("form", { class: "line", submit: (event) => { event.preventDefault(); ask(); } }, make("label", {}, "Ask it again by ", choice), make("button", { class: "primary" }, "Ask")), idea, live);

  async function ask() {
    const body = { question: first.question, options: first.options, videos: (first.videos ?? []).map((video) => video.id), strategy: choice.value, ...(first.before_s && { before_s: first.before_s }) };
    const turn = new Turn({ question: first.question, options: first.options }, (_, line) => opened(line));
    live.replaceChildren(turn.element);
    const last = await turn.follow(api.stream("api/ask", { body }));
    if (last.event === "answered" && live.isConnected) location.hash = `#/runs/compare/${encodeURIComponent(first.run)}/${encodeURIComponent(turn.run)}`;
  }
}
