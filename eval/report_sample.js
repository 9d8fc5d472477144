// One sample: the question, what every run made of it, where it looked, and its steps.

const unpacked = new Map();

// A block of trajectories is decompressed when the first of its samples is opened.
async function block(name) {
  if (!unpacked.has(name)) {
    const bytes = Uint8Array.from(atob($(`steps-${name}`).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    unpacked.set(name, JSON.parse(await new Response(stream).text()));
  }
  return unpacked.get(name);
}

async function explanation(found) {
  if (!found?.steps || !$(`steps-${found.steps[0]}`)) return null;
  try {
    return (await block(found.steps[0]))[found.steps[1]] || null;
  } catch (error) {
    return { steps: [{ title: "the steps cannot be unpacked", text: String(error), failed: true }], evidence: [] };
  }
}

const keyOf = (question) => `${question.set} ${question.id}`;

async function openSample(question) {
  state.open = keyOf(question);
  keepState();
  const places = runsShown().filter((place) => question.results[place]);
  places.sort((a, b) => (b === focus()) - (a === focus()));
  const told = await Promise.all(places.map((place) => explanation(question.results[place])));
  if (state.open !== keyOf(question)) return;
  renderHeader(question);
  $("sample").replaceChildren(...asked(question, places), ...places.map((place, at) => answered(question, place, told[at])));
  if (!$("dialog").open) $("dialog").showModal();
  $("dialog").scrollTop = 0;
}

function renderHeader(question) {
  const at = shown.indexOf(question);
  const button = (id, label, title, to) => make("button", { id, type: "button", title, disabled: !(to in shown), click: () => step(to) }, label);
  $("dialog").querySelector("header").replaceChildren(
    make("span", { class: "where" }, `${at + 1} of ${shown.length.toLocaleString("en")}`),
    button("before", "← back", "the sample before", at - 1), button("after", "on →", "the next sample", at + 1),
    make("button", { id: "close", type: "button", click: () => $("dialog").close() }, "Close"));
}

function step(to) {
  if (!(to in shown)) return;
  move(to);
  openSample(shown[to]);
}

function asked(question, places) {
  const chosen = (place) => places.filter((run) => question.results[run].option === place);
  const options = question.options.map((label, place) => make("li", { class: place === question.gold ? "gold" : null, dir: "auto" },
    `${letter(place)}. ${label}`, place === question.gold ? make("span", { class: "good" }, " ✓ gold") : null,
    chosen(place).map((run) => make("span", { class: "meta" }, " ← ", dot(data.runs[run].colour), places.length > 1 ? data.runs[run].short : "chosen"))));
  const tags = Object.entries(question.tags).map(([name, values]) => `${name}: ${values.join(", ")}`);
  const about = [question.id, question.video, ...tags, question.duration_s ? `${clock(question.duration_s)} long` : "",
    question.before_s !== null ? `asked at ${clock(question.before_s)}` : ""];
  return [
    make("h2", { dir: "auto" }, question.question || "(no question)"),
    make("p", { class: "meta" }, about.filter(Boolean).flatMap((part, at) => [at ? " · " : "", make("bdi", {}, part)])),
    repeats(question) || "",
    ...question.mended.map((what) => make("p", { class: "warn", dir: "auto" }, `annotation mended: ${what}`)),
    question.problem ? make("p", { class: "bad" }, question.problem) : "",
    question.options.length ? make("ol", { class: "options" }, options) : "",
    question.gold_text && !question.options.length ? make("p", { class: "good text", dir: "auto" }, `gold: ${question.gold_text}`) : "",
    question.gold_times.length ? make("p", { class: "good" }, `gold times: ${question.gold_times.map(range).join(", ")}`) : "",
    timeline(question, places) || "",
    question.pictures.length ? make("div", { class: "frames" }, question.pictures.map((picture) => make("figure", {},
      make("img", { src: picture.src, alt: `frame at ${picture.label}`, loading: "lazy" }), make("figcaption", { class: "meta" }, picture.label)))) : "",
  ].filter(Boolean);
}

// The other epochs of the question, with their verdicts.
function repeats(question) {
  const all = data.questions.filter((each) => each.set === question.set && each.asked === question.asked);
  return all.length < 2 ? null : make("p", { class: "meta" }, "repeats: ", all.flatMap((each) => [
    make("button", { type: "button", disabled: each === question, click: () => openSample(each) }, verdict(result(each), "")), " "]));
}

// Gold times, and for each run what it retrieved (thin) and cited (thick), on one line of time.
function timeline(question, places) {
  const spans = places.flatMap((place) => [...(question.results[place].cited || []), ...(question.results[place].retrieved || [])]);
  const ends = [...question.gold_times, ...spans].map(([, end]) => end);
  if (!ends.length) return null;
  const whole = Math.max(question.duration_s || 0, ...ends) || 1, x = (s) => 10 + 700 * (s / whole);
  const bars = (times, y, height, colour, opacity) => times.map(([start, end]) => draw("rect", { x: x(start), y, width: Math.max(2, x(end) - x(start)),
    height, fill: colour, "fill-opacity": opacity }, draw("title", {}, range([start, end]))));
  const lines = places.flatMap((place, at) => [
    ...bars(question.results[place].retrieved || [], 28 + 18 * at, 3, data.runs[place].colour, 0.5),
    ...bars(question.results[place].cited || [], 24 + 18 * at, 11, data.runs[place].colour, 0.85)]);
  const height = 44 + 18 * places.length;
  return draw("svg", { class: "times", viewBox: `0 0 720 ${height}`, role: "img", "aria-label": "times: gold above, then retrieved and cited by each run" },
    draw("line", { x1: x(0), x2: x(whole), y1: height - 18, y2: height - 18, class: "frame" }), ...bars(question.gold_times, 6, 11, "#0a9b5e", 0.85), ...lines,
    ...[0, 0.5, 1].map((share) => draw("text", { x: x(share * whole), y: height - 4, "text-anchor": ["start", "middle", "end"][2 * share] }, clock(share * whole))));
}

function answered(question, place, told) {
  const found = question.results[place], run = data.runs[place], [css, label, kind] = mark(found);
  const facts = [["result", make("span", { class: css }, `${label} (${kind})`)], ["answer", letter(found.option)],
    ["official reading", found.letter ? `${found.letter}${run.reading ? ` (${run.reading})` : ""}${found.official >= 0.5 ? ", right" : ""}` : ""],
    ["confidence", found.confidence === null || found.confidence === undefined ? "" : found.confidence.toFixed(3)],
    ["stopped because", found.stopped], ["cost", cost(found)],
    ["judge", found.verdict ? `${found.verdict.correct ? "right" : "wrong"}, score ${found.verdict.score ?? "–"}: ${found.verdict.reason ?? ""}` : ""]];
  return make("section", {}, make("h3", {}, dot(run.colour), run.short),
    make("dl", {}, facts.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, name), make("dd", { dir: "auto" }, value)])),
    found.error ? make("p", { class: "bad text", dir: "auto" }, found.error) : "",
    found.text ? make("pre", { dir: "auto" }, found.text) : "",
    cited(question, found, told?.evidence || []),
    told?.steps.length ? make("details", { open: true }, make("summary", {}, `trajectory, ${told.steps.length} steps`), told.steps.map(oneStep)) : "");
}

function cost(found) {
  if (found.seconds === undefined) return "";
  const counts = [["calls", found.calls], ["tokens", found.tokens], ["frames", found.frames]].filter(([, n]) => n);
  return [...counts.map(([name, n]) => `${n.toLocaleString("en")} ${name}`), `${found.seconds} s`].join(", ");
}

function cited(question, found, evidence) {
  const touches = ([start, end]) => question.gold_times.some(([a, b]) => Math.min(end, b) > Math.max(start, a));
  const lines = evidence.length ? evidence.map((item) => [[item.start_s, item.end_s], [item.source || item.kind, item.text]])
    : (found.cited || []).map((span) => [span, ["", ""]]);
  return lines.length ? make("ul", { class: "cited" }, lines.map(([span, [kind, words]], at) => make("li", {},
    make("time", {}, `[${at + 1}] ${range(span)}`), kind ? make("span", { class: "kind" }, ` ${kind}`) : "",
    found.videos?.[at] ? make("bdi", { class: "kind" }, ` ${found.videos[at]}`) : "",
    question.gold_times.length ? make("span", { class: touches(span) ? "good" : "warn" }, touches(span) ? " in the gold time" : " elsewhere") : "",
    words ? make("div", { class: "text", dir: "auto" }, words) : ""))) : "";
}

function oneStep(each) {
  const when = each.clock_s === undefined ? "" : make("time", {}, `${clock(each.clock_s)} `);
  return make("details", {}, make("summary", {}, when, make("span", { class: each.failed ? "failed" : null }, each.title)), make("pre", { dir: "auto" }, each.text));
}

function pageKeys(event) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if ($("dialog").open) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) step(shown.findIndex((question) => keyOf(question) === state.open) + by);
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    search.focus();
  }
}

function start() {
  const linked = readState(), open = state.open;
  state.open = "";
  refresh();
  if (linked) $("samples").scrollIntoView();
  const question = open && data.questions.find((each) => keyOf(each) === open);
  if (question) openSample(question);
}

document.querySelectorAll("table.sortable").forEach(sortable);
$("list").addEventListener("scroll", renderRows, { passive: true });
$("list").addEventListener("keydown", listKeys);
document.addEventListener("keydown", pageKeys);
narrow.addEventListener("change", renderList);
addEventListener("resize", renderRows);
addEventListener("hashchange", () => { if (location.hash.includes("=")) { $("dialog").close(); start(); } });
$("dialog").addEventListener("close", () => { state.open = ""; keepState(); $("list").focus(); });
start();
