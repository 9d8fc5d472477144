// The controls, the list of samples (only the rows in view are in the page) and the CSV of what is shown.

const narrow = matchMedia("(max-width: 44rem)");
const AHEAD = 8;
let current = 0;

function option(value, label, chosen) {
  return make("option", { value, selected: value === chosen }, label);
}

function choice(name, label, options) {
  const select = make("select", { id: `by-${name}`, change: (event) => change({ [name]: event.target.value }) },
    options.map(([value, shownAs]) => option(value, shownAs, state[name] ?? "")));
  return make("label", {}, label, select);
}

function renderControls() {
  const active = document.activeElement?.id, runs = runsShown(), parts = [];
  if (data.sets.length > 1) parts.push(choice("set", "set", data.sets.map((name, place) => [String(place), name])));
  if (runs.length > 1) {
    parts.push(choice("run", "run", runs.map((place) => [String(place), data.runs[place].short])));
    parts.push(choice("other", "other run", runs.filter((p) => p !== focus()).map((p) => [String(p), data.runs[p].short])));
    parts.push(choice("flip", "flipped", [["", "all"], ...Object.entries(FLIPS)]));
  }
  const inSet = data.questions.filter((question) => question.set === setShown());
  parts.push(choice("outcome", "outcome", outcomes(inSet)));
  for (const [name, values] of Object.entries(tagsOf(setShown()))) {
    parts.push(choice(`tag.${name}`, name, [["", "all"], ...values.map((value) => [value, value])]));
  }
  $("controls").replaceChildren(searchBox(), ...parts, make("button", { id: "reset", type: "button", click: reset }, "Clear"),
    make("button", { id: "csv", type: "button", click: saveCsv }, "CSV of these"));
  for (const [id, value] of [["by-set", setShown()], ["by-run", focus()], ["by-other", other()]]) if ($(id)) $(id).value = String(value);
  if (active && $(active)) $(active).focus();
  const n = (count) => count.toLocaleString("en");
  $("count").textContent = `${n(shown.length)} of ${n(inSet.length)} samples` + (shown.length ? `, ${n(shown.filter((q) => right(result(q))).length)} right` : "");
}

const search = make("input", { id: "search", type: "search", autocomplete: "off", placeholder: "words in question, options, replies",
  input: (event) => { clearTimeout(search.wait); search.wait = setTimeout(() => change({ q: event.target.value }), 120); } });
const searchLabel = make("label", { class: "search" }, "search", search);

function searchBox() {
  if (document.activeElement !== search) search.value = state.q;
  return searchLabel;
}

function reset() {
  search.value = "";
  state = { ...DEFAULTS, set: state.set, run: state.run, other: state.other };
  refresh();
}

function outcomes(questions) {
  const kinds = new Set(questions.map((question) => result(question)?.kind).filter(Boolean));
  const general = [["", "all"], ["any right", "right"], ["not right", "not right"], ["any wrong", "wrong"]];
  return [...general, ...[...kinds].sort().filter((kind) => kind !== "right").map((kind) => [kind, `only: ${kind}`])];
}

const dimensions = new Map();

// The dimensions in which the samples of a set differ, with their values.
function tagsOf(set) {
  if (!dimensions.has(set)) {
    const found = {};
    for (const question of data.questions.filter((each) => each.set === set)) {
      for (const [name, values] of Object.entries(question.tags)) for (const value of values) (found[name] ??= new Set()).add(value);
    }
    const telling = Object.entries(found).filter(([, values]) => values.size > 1 && values.size <= 400);
    dimensions.set(set, Object.fromEntries(telling.map(([name, values]) => [name, [...values].sort()])));
  }
  return dimensions.get(set);
}

function columns() {
  const runs = runsShown(), beside = runs.length <= 4 ? runs : [focus(), other()];
  const verdicts = beside.map((place) => ({ sort: `run ${place}`, label: runs.length > 1 ? data.runs[place].short : "result",
    dot: data.runs[place].colour, width: "8rem", cell: (q) => verdict(q.results[place], runs.length > 1 ? data.runs[place].colour : "") }));
  const plain = (name, css, width, value) => ({ sort: name, label: name, width, cell: (q) => make("span", { class: css, title: value(q) }, value(q)) });
  const figure = (name, value) => plain(name, "number", "5.5rem", value);
  return [
    plain("question", "asked", "minmax(0, 1fr)", (q) => q.question || q.problem || "(no question)"),
    plain("sample", "id", "6rem", (q) => q.id),
    ...(Object.keys(tagsOf(setShown())).length ? [plain("category", "tag", "8rem", category)] : []),
    plain("gold", "gold", "4.5rem", goldOf), ...verdicts,
    figure("confidence", (q) => (result(q)?.confidence ?? null) === null ? "–" : result(q).confidence.toFixed(2)),
    figure("seconds", (q) => (result(q)?.seconds ?? null) === null ? "–" : result(q).seconds.toFixed(1)),
  ];
}

function verdict(found, colour) {
  const [css, label, kind] = mark(found);
  return make("span", { class: css, title: kind }, colour ? dot(colour) : "", label);
}

function dot(colour) {
  return draw("svg", { class: "dot", viewBox: "0 0 10 10", "aria-hidden": "true" }, draw("circle", { cx: 5, cy: 5, r: 5, fill: colour }));
}

let listed = [];
function renderList() {
  listed = columns();
  $("grid").style.setProperty("--columns", listed.map((column) => column.width).join(" "));
  $("grid").setAttribute("aria-rowcount", shown.length);
  $("head").replaceChildren(...listed.map((column) => {
    const sorted = state.sort === column.sort, arrow = sorted ? (state.down ? " ↓" : " ↑") : "";
    const click = () => change({ sort: column.sort, down: sorted && !state.down ? "1" : "" });
    return make("span", { role: "columnheader", "aria-sort": sorted ? (state.down ? "descending" : "ascending") : "none" },
      make("button", { id: `sort-${column.sort.replaceAll(" ", "-")}`, type: "button", title: `sort by ${column.label}`, click },
        column.dot && runsShown().length > 1 ? dot(column.dot) : null, column.label + arrow));
  }));
  current = 0;
  $("list").scrollTop = 0;
  renderRows();
}

const rowHeight = () => (narrow.matches ? 64 : 44);

function renderRows() {
  const list = $("list"), height = rowHeight(), first = Math.max(0, Math.floor(list.scrollTop / height) - AHEAD);
  const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / height) + AHEAD);
  $("spacer").style.height = `${shown.length * height}px`;
  list.querySelectorAll(".row, #none").forEach((row) => row.remove());
  const rows = shown.slice(first, last).map((question, at) => row(question, first + at, height));
  list.append(...(shown.length ? rows : [make("p", { id: "none", class: "meta" }, "No sample fits.")]));
  list.setAttribute("aria-activedescendant", shown.length ? `row-${current}` : "");
}

function row(question, place, height) {
  const click = () => { current = place; openSample(question); };
  const made = make("div", { class: place === current ? "row current" : "row", role: "row", id: `row-${place}`, "aria-rowindex": place + 1, click },
    listed.map((column) => { const cell = column.cell(question); cell.setAttribute("role", "gridcell"); return cell; }));
  made.style.transform = `translateY(${place * height}px)`;
  return made;
}

function move(to) {
  const list = $("list"), height = rowHeight();
  current = Math.max(0, Math.min(shown.length - 1, to));
  if (current * height < list.scrollTop) list.scrollTop = current * height;
  if ((current + 1) * height > list.scrollTop + list.clientHeight) list.scrollTop = (current + 1) * height - list.clientHeight;
  renderRows();
}

function listKeys(event) {
  const page = Math.floor($("list").clientHeight / rowHeight()) - 1;
  const steps = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0, End: shown.length - 1 };
  if (event.key in steps) move(steps[event.key]);
  else if ((event.key === "Enter" || event.key === " ") && shown.length) openSample(shown[current]);
  else return;
  event.preventDefault();
}

// Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.
function csvCell(value) {
  let cell = value === null || value === undefined ? "" : String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(cell) && isNaN(Number(cell))) cell = `'${cell}`;
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function csv() {
  const head = ["set", "run", "id", "video", "question", "options", "gold", "kind", "correct", "option", "official_letter", "text", "confidence", "cited_s", "gold_s", "seconds", "tokens", "error"];
  const lines = [head];
  for (const q of shown) {
    for (const place of runsShown()) {
      const r = q.results[place];
      if (r) lines.push([data.sets[q.set], data.runs[place].name, q.id, q.video, q.question, q.options.join(" | "), goldOf(q), r.kind, r.correct,
        letter(r.option), r.letter, r.text, r.confidence, JSON.stringify(r.cited || []), JSON.stringify(q.gold_times), r.seconds, r.tokens, r.error]);
    }
  }
  return lines.map((line) => line.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function saveCsv() {
  const address = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  make("a", { href: address, download: "samples.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
