// What is looked at: the state, kept in the address after "#", the filters and the order of the samples.
// Everything untrusted reaches the page as text nodes; the content policy forbids any other way.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const FLIPS = { lost: "first right, other wrong", won: "first wrong, other right", any: "flipped either way", same: "both alike" };
const DEFAULTS = { set: "", run: "0", other: "", outcome: "", flip: "", q: "", sort: "", down: "", open: "" };
let state = { ...DEFAULTS };
let shown = [];

const goldOf = (question) => letter(question.gold) || question.gold_text || question.gold_times.map(range).join(", ");
const right = (result) => result !== null && result.correct >= 0.5;

function mark(result) {
  if (result === null) return ["", "–", "not asked"];
  const said = letter(result.option);
  if (result.kind === "failed") return ["bad", "! failed", result.kind];
  if (result.kind === "no gold") return ["", said || "answered", result.kind];
  if (right(result)) return ["good", `✓ ${said}`, result.kind];
  if (result.kind.startsWith("wrong")) return ["bad", `✗ ${said}`, result.kind];
  return ["warn", `? ${result.kind}`, result.kind];
}

const setShown = () => (data.sets.length > 1 ? Number(state.set || data.runs[Number(state.run)].set) : 0);
const runsShown = () => data.runs.map((run, place) => place).filter((place) => data.runs[place].set === setShown());
const focus = () => (runsShown().includes(Number(state.run)) ? Number(state.run) : runsShown()[0]);
function other() {
  const others = runsShown().filter((place) => place !== focus());
  return others.includes(Number(state.other)) && state.other !== "" ? Number(state.other) : others[0];
}
const result = (question) => question.results[focus()];

function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (![...given.keys()].some((name) => name in DEFAULTS || name.startsWith("tag."))) return false;
  state = { ...DEFAULTS };
  for (const [name, value] of given) if (name in DEFAULTS || name.startsWith("tag.")) state[name] = value;
  if (!(Number(state.run) in data.runs)) state.run = "0";
  if (!(Number(state.set) in data.sets)) state.set = "";
  return true;
}

function keepState() {
  const kept = Object.entries(state).filter(([name, value]) => value !== "" && value !== DEFAULTS[name]);
  history.replaceState(null, "", kept.length ? `#${new URLSearchParams(kept)}` : location.href.split("#")[0]);
}

function change(changes) {
  state = { ...state, ...changes };
  refresh();
}

function refresh() {
  keepState();
  shown = data.questions.filter(wanted());
  order();
  renderControls();
  renderList();
}

function text(question) {
  question.text ??= [question.id, question.video, question.question, ...question.options, question.gold_text,
    ...question.results.map((r) => (r ? `${r.text || ""} ${r.error || ""}` : ""))].join("\n").toLowerCase();
  return question.text;
}

function wanted() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const tags = Object.entries(state).filter(([name, value]) => name.startsWith("tag.") && value !== "");
  const set = setShown(), a = focus(), b = other();
  return (question) => question.set === set && words.every((word) => text(question).includes(word))
    && tags.every(([name, value]) => (question.tags[name.slice(4)] || []).includes(value))
    && fits(question.results[a], state.outcome)
    && (state.flip === "" || b === undefined || flipped(question.results[a], question.results[b], state.flip));
}

function fits(found, outcome) {
  if (outcome === "") return true;
  if (found === null) return false;
  if (outcome === "any right") return right(found);
  if (outcome === "any wrong") return found.kind.startsWith("wrong") || found.kind === "no option named";
  if (outcome === "not right") return !right(found) && found.kind !== "no gold";
  return found.kind === outcome;
}

function flipped(a, b, how) {
  if (a === null || b === null) return false;
  if (how === "lost") return right(a) && !right(b);
  if (how === "won") return !right(a) && right(b);
  return (right(a) !== right(b)) === (how === "any");
}

// The category is the first dimension in which the samples of the set differ.
const category = (question) => (question.tags[Object.keys(tagsOf(question.set))[0]] || []).join(", ");
const KEYS = {
  sample: (q) => q.id, question: (q) => q.question, video: (q) => q.video, category, gold: goldOf,
  confidence: (q) => result(q)?.confidence ?? null, seconds: (q) => result(q)?.seconds ?? null,
  tokens: (q) => result(q)?.tokens ?? null,
};

function order() {
  const key = KEYS[state.sort] || (state.sort.startsWith("run ") && byVerdict(Number(state.sort.slice(4))));
  if (!key) return;
  const turn = state.down ? -1 : 1, natural = new Intl.Collator("en", { numeric: true });
  const compare = (a, b) => (typeof a === "string" ? natural.compare(a, b) : a - b);
  const keyed = shown.map((question) => [key(question), question]);
  keyed.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null) : turn * compare(a, b)));
  shown = keyed.map(([, question]) => question);
}

const byVerdict = (place) => (question) => {
  const found = question.results[place];
  return found ? `${right(found) ? 1 : 0} ${found.kind} ${letter(found.option)}` : null;
};

// A click on a heading sorts, a second click turns the order round; the tables above and below as well.
function sortable(table) {
  table.querySelectorAll("thead th").forEach((heading, column) => {
    const sort = () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const cell = (row) => row.cells[column]?.textContent.trim() || "";
      const compare = new Intl.Collator("en", { numeric: true }).compare;
      const number = (t) => parseFloat(t.replaceAll(",", ""));
      const by = (a, b) => (isNaN(number(a)) || isNaN(number(b)) ? compare(a, b) : number(a) - number(b));
      const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -1 : 1) * by(cell(a), cell(b)));
      table.tBodies[0].append(...rows);
    };
    heading.tabIndex = 0;
    heading.addEventListener("click", sort);
    heading.addEventListener("keydown", (event) => event.key === "Enter" && sort());
  });
}
