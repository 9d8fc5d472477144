// Runs and benchmarks: every answer explained, two side by side, and the reports of question sets.
import { make } from "./parts.js";
import * as api from "./api.js";
import { known } from "./films.js";
import { explained } from "./run.js";
import { compare } from "./compare.js";

const MOST = 200;

export async function open(main, at) {
  const body = make("div", { class: "runs" });
  main.append(body);
  await known();
  const move = ({ rest: [first, ...ids] }) => {
    document.title = "Runs – playhead";
    body.replaceChildren();
    show(body, first, ids).catch((error) => body.append(make("p", { class: "bad refusal", role: "alert" }, error.message)));
    return true;
  };
  move(at);
  return { move, key: (event) => event.key === "/" && (body.querySelector("input[type=search]")?.focus(), true) };
}

async function show(body, first, ids) {
  if (first === "compare") return compare(body, ids);
  if (first === "report") return report(body, ids[0]);
  if (first) return body.append(make("nav", { "aria-label": "Where" }, make("a", { href: "#/runs" }, "← all runs")), await explained(first, { head: true }));
  return all(body);
}

async function all(body) {
  const [{ runs }, { reports = [] }] = await Promise.all([api.get(`api/runs?limit=${MOST}`), api.get("api/reports").catch(() => ({}))]);
  const rows = runs.filter((run) => !run.id.startsWith("chat-")).map((run) => row(run));
  const beside = make("button", { type: "button", class: "primary", disabled: true, click: () => { location.hash = `#/runs/compare/${picked().join("/")}`; } }, "Compare two");
  const picked = () => rows.filter(({ box }) => box.checked).map(({ run }) => encodeURIComponent(run.id));
  const find = make("input", { type: "search", placeholder: "Find a question", "aria-label": "Find a question", dir: "auto", input: () => rows.forEach(({ run, element }) => { element.hidden = !run.question.toLowerCase().includes(find.value.toLowerCase()); }) });
  const table = make("div", { class: "wide", change: () => { beside.disabled = picked().length !== 2; } }, make("table", {}, make("thead", {}, make("tr", {}, [make("span", { class: "unseen" }, "choose"), "question", "outcome", "strategy", "when"].map((name) => make("th", { scope: "col", class: name === "when" && "number" }, name)))), make("tbody", {}, rows.map(({ element }) => element))));
  body.append(make("header", { class: "line" }, make("h1", {}, "Runs"), make("span", { class: "meta" }, runs.length >= MOST ? `the latest ${MOST}` : ""), find, beside),
    rows.length ? table : make("p", { class: "meta" }, "Nothing was asked yet."), make("h2", {}, "Benchmarks"),
    reports.length ? make("ul", {}, reports.map((each) => make("li", {}, make("a", { href: `#/runs/report/${encodeURIComponent(each.name)}` }, make("bdi", {}, each.name)), make("span", { class: "meta" }, ` ${when(each.created)}`))))
      : make("p", { class: "meta" }, "No report yet: ", make("code", {}, "playhead bench SET --data DIR"), " writes one."));
}

function row(run) {
  const box = make("input", { type: "checkbox", "aria-label": `Choose: ${run.question}` });
  const outcome = run.outcome ?? run.status, css = { answered: "good", closest: "warn", nothing: "warn", failed: "bad" }[outcome];
  const sure = run.outcome === "answered" && run.confidence !== undefined ? ` ${Math.round(100 * Math.min(run.confidence, 0.99))} %` : "";
  return { run, box, element: make("tr", {}, make("td", {}, box), make("td", { class: "asked" }, make("a", { href: `#/runs/${encodeURIComponent(run.id)}`, dir: "auto" }, run.question || "–")),
    make("td", { class: css }, outcome ? `${outcome}${sure}` : "–"), make("td", {}, run.strategy ?? ""), make("td", { class: "meta number" }, when(run.created))) };
}

export const when = (stamp) => (stamp ? new Date(stamp).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : "");

async function report(body, name) {
  const { reports } = await api.get("api/reports"), found = reports.find((each) => each.name === name);
  body.append(make("nav", { "aria-label": "Where" }, make("a", { href: "#/runs" }, "← all runs")));
  if (!found) return body.append(make("p", { class: "bad" }, "That report is gone."));
  return body.append(make("iframe", { class: "report", src: found.url, title: `Report ${name}`, sandbox: "allow-scripts allow-downloads" }));
}
