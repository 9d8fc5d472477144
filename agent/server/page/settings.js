// Settings: which model plays which role, what the doctor finds, which keys are set; never a key itself.
import { make } from "./parts.js";
import * as api from "./api.js";

const LEVELS = { ok: "✓", note: "!", problem: "✗" };

export async function open(main) {
  document.title = "Settings – playhead";
  main.append(make("div", { class: "sheet settings" }, make("h1", {}, "Settings"), make("p", { class: "meta waiting" }, "The doctor looks at this machine and these endpoints…")));
  const [told, found] = await Promise.all([api.get("api/settings"), api.get("api/settings/findings")]);
  main.firstChild.replaceChildren(make("h1", {}, "Settings"),
    make("p", { class: "meta" }, "These are set by flags, PLAYHEAD_… variables or playhead.toml; ", make("code", {}, "playhead doctor --show-config"), " prints every one and where it comes from."),
    make("h2", {}, "Models"), roles(told.roles ?? []), make("h2", {}, "Findings of the doctor"), findings(found.findings),
    make("h2", {}, "Ways of answering"), strategies(told), make("h2", {}, "Library"), facts(told));
  return {};
}

function roles(rows) {
  if (!rows.some((row) => row.model)) return make("p", {}, "No model is configured: answers quote what was heard and read. A model also looks at the pictures and reasons: ", make("code", {}, "playhead serve --model openai:NAME --base-url URL"));
  return make("div", { class: "wide" }, make("table", {}, make("thead", {}, make("tr", {}, ["role", "model", "address", "key"].map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, rows.map((row) => make("tr", {}, make("th", { scope: "row" }, row.role), make("td", {}, row.model || "–"), make("td", {}, row.base_url || "–"),
      make("td", { class: row.key && !row.key_set ? "warn" : null }, row.key ? `${row.key}: ${row.key_set ? "set" : "not set"}` : row.key_set ? "set" : "none"))))));
}

function findings(rows) {
  if (!rows.length) return make("p", { class: "meta" }, "Nothing to tell.");
  return make("ul", { class: "findings" }, rows.map((row) => make("li", { class: { note: "warn", problem: "bad" }[row.status] ?? "good" },
    make("span", { "aria-label": row.status }, LEVELS[row.status]), make("div", {}, make("b", {}, row.check), " ", make("span", { class: "plain" }, row.detail), row.cure && make("p", { class: "meta" }, row.cure)))));
}

function strategies({ strategies = [], strategy }) {
  return make("dl", { class: "ways" }, strategies.flatMap((each) => [make("dt", {}, make("code", {}, each.name), each.name === strategy && make("span", { class: "chip" }, "used")), make("dd", {}, each.idea ?? "")]));
}

function facts({ version, library = {} }) {
  return make("p", { class: "meta" }, [library.path, library.bytes !== undefined && `${(library.bytes / 1e6).toFixed(0)} MB`, version && `playhead ${version}`].filter(Boolean).join(" · "));
}
