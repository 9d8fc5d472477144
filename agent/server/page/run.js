// One run explained: what was asked, what was answered, every step, and what it cost.
import { make, clock } from "./parts.js";
import * as api from "./api.js";
import { films } from "./films.js";
import { shown } from "./answer.js";
import { stepsOf } from "./steps.js";
import { when } from "./runs.js";

export const opened = (line) => { location.hash = `#/watch/${encodeURIComponent(line.video_id)}?${api.query({ t: line.start_s })}`; };

export async function explained(id, { head }) {
  const run = await api.get(`api/runs/${encodeURIComponent(id)}`);
  return make("article", { class: "explained" }, head && make("h1", { dir: "auto" }, run.asked || run.question),
    run.asked && run.asked !== run.question && make("p", { class: "meta", dir: "auto" }, `understood as: ${run.question}`),
    make("p", { class: "meta" }, (run.videos ?? []).map((video, at) => [at > 0 && ", ", make("bdi", {}, video.title)]), run.before_s ? ` · nothing after ${clock(run.before_s)}` : ""),
    answer(run), make("h2", {}, "Steps"), stepsOf(run), make("h2", {}, "Cost"), cost(run),
    make("p", { class: "meta" }, [`run ${run.run}`, when(run.created), `strategy ${run.strategy}`, ...Object.entries(run.models ?? {}).map(([role, name]) => `${role} ${name}`)].join(" · ")),
    make("p", { class: "buttons" }, make("a", { class: "button", href: `api/runs/${encodeURIComponent(id)}/page`, download: `${id}.html` }, "Save as a page"), head && make("a", { class: "button", href: `#/runs/compare/${encodeURIComponent(id)}` }, "Ask another way")));
}

function answer(run) {
  if (!run.answer) return make("p", { class: "answer none" }, `no answer: the run is ${run.status}${run.error ? `: ${run.error}` : ""}`);
  const ids = new Map((run.videos ?? []).flatMap((video) => [[video.path, video.id], [video.title, video.id]]));
  const evidence = run.answer.evidence.map((line) => ({ video_id: ids.get(line.video), ...line }));
  return make("div", {}, shown({ ...run.answer, evidence }, { options: run.options, films, open: opened }), make("p", { class: "meta" }, `stopped because: ${run.answer.stopped_because}`));
}

function cost({ answer: told }) {
  if (!told?.usage) return make("p", { class: "meta" }, "–");
  const columns = [["model_calls", "calls"], ["input_tokens", "tokens in"], ["output_tokens", "out"], ["frames", "pictures"], ["wall_s", "seconds"]];
  const line = (name, usage) => make("tr", {}, make("th", { scope: "row" }, name), columns.map(([key]) => make("td", { class: "number" }, key === "wall_s" ? usage[key].toFixed(1) : usage[key].toLocaleString("en"))));
  return make("div", { class: "wide" }, make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "role"), columns.map(([, name]) => make("th", { scope: "col", class: "number" }, name)))),
    make("tbody", {}, Object.entries(told.usage.by_role ?? {}).map(([role, usage]) => line(role, usage)), line("in all", told.usage))));
}

