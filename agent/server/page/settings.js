// Settings: which model plays which role, what the doctor finds, which keys are set; never a key itself.
import { make } from "./parts.js";
import * as api from "./api.js";

const STATUS = { ok: ["good", "✓", "fine"], note: ["warn", "!", "could be better"], problem: ["bad", "✗", "problem"] };

export async function open(main) {
  document.title = "Settings – playhead";
  const told = await api.get("api/settings");
  const found = make("div", {}, make("p", { class: "meta" }, "The doctor looks at this machine and asks the models…"));
  main.append(make("div", { class: "sheet settings" }, make("h1", {}, "Settings"),
    make("p", { class: "meta" }, "These are set by flags, PLAYHEAD_… variables or playhead.toml; ", make("code", {}, "playhead doctor --show-config"), " prints every one and where it comes from."),
    make("h2", {}, "Models"), roles(told.roles), make("h2", {}, "Findings of the doctor"), found, make("h2", {}, "Ways of answering"), strategies(told),
    make("h2", {}, "Places"), make("dl", { class: "ways" }, make("dt", {}, "Library"), make("dd", {}, `${told.library.path}, ${(told.library.bytes / 1e6).toFixed(0)} MB`),
      make("dt", {}, "Folders that may be indexed"), (told.folders.length ? told.folders : ["none"]).map((folder) => make("dd", {}, folder))), make("p", { class: "meta" }, `playhead ${told.version}`)));
  api.get("api/settings/findings").then(({ findings }) => found.replaceChildren(list(findings)), (error) => found.replaceChildren(make("p", { class: "bad refusal" }, error.message)));
  return {};
}

// Which variable holds the key of a role, and whether it is set; the server never tells a key itself.
function roles(rows) {
  if (!rows.some((row) => row.model)) return make("p", {}, "No model is configured: answers quote what was heard and read. A model also looks at the pictures and reasons: ", make("code", {}, "playhead serve --model openai:NAME --base-url URL"));
  return table(["role", "model", "address", "key"], rows.map((row) => [row.role, row.model ?? "–", row.base_url || "–", [row.key && make("code", {}, row.key), row.key_set ? " set" : " not set"]]));
}

const strategies = (told) => make("dl", { class: "ways" }, told.strategies.map(({ name, idea }) => [make("dt", {}, make("code", {}, name), name === told.strategy && make("span", { class: "chip" }, "used")), make("dd", {}, idea)]));

const table = (heads, rows) => make("div", { class: "wide" }, make("table", {}, make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
  make("tbody", {}, rows.map(([first, ...rest]) => make("tr", {}, make("th", { scope: "row" }, first), rest.map((cell) => make("td", {}, cell)))))));

function list(findings) {
  if (!findings.length) return make("p", { class: "meta" }, "Nothing to tell.");
  return make("ul", { class: "findings" }, findings.map(({ check, status, detail, cure }) => {
    const [css, mark, said] = STATUS[status];
    return make("li", { class: css }, make("span", { role: "img", "aria-label": said }, mark), make("div", {}, make("b", {}, check), " ", make("span", { class: "plain" }, detail), cure && make("p", { class: "meta" }, cure)));
  }));
}
