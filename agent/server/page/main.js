// The shell: which page is shown, the keys that work everywhere, and what is told to everybody.
import { make } from "./parts.js";

const PAGES = { library: "./library.js", watch: "./watch.js", runs: "./runs.js", settings: "./settings.js" };
const KEYS = [["Space k", "play or stop"], ["← →", "5 seconds back or on"], ["j l", "10 seconds back or on"], [", .", "one picture back or on"], ["[ ]", "evidence before or after"], ["i o", "begin and end of a span"],
  ["c", "captions"], ["m", "sound off or on"], ["f", "full screen"], ["/", "search or ask"], ["Esc", "leave a field, drop the span"], ["?", "these keys"]];
let shown = { name: "", page: null };

// The address after "#": #/watch/ID?t=12&chat=ID
export function place() {
  const [path, values] = location.hash.slice(1).split("?");
  const [, name, ...rest] = path.split("/");
  return { name: name in PAGES ? name : "library", rest: rest.map(decodeURIComponent), values: new URLSearchParams(values) };
}

async function show() {
  if (location.hash === "#main") return;
  const at = place();
  for (const link of document.querySelectorAll(".top nav a")) {
    if (link.hash === `#/${at.name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown.name === at.name && shown.page?.move?.(at)) return;
  shown.page?.leave?.();
  const mine = (shown = { name: at.name, page: null });
  const main = document.getElementById("main");
  try {
    const { open } = await import(PAGES[at.name]);
    if (mine !== shown) return;
    document.body.dataset.page = at.name;
    main.replaceChildren();
    mine.page = await open(main, at);
    if (mine !== shown) mine.page?.leave?.();
  } catch (error) {
    main.replaceChildren(make("p", { class: "bad refusal", role: "alert" }, error.message));
  }
}

// Read out by a screen reader, not shown.
export function announce(message) {
  document.getElementById("announced").textContent = message;
}

let clearing = 0;
export function tell(message) {
  const line = document.getElementById("told");
  line.textContent = message;
  clearTimeout(clearing);
  clearing = setTimeout(() => { line.textContent = ""; }, 8000);
}

function help() {
  const rows = KEYS.map(([keys, does]) => make("tr", {}, make("th", { scope: "row" }, keys.split(" ").map((key) => [make("kbd", {}, key), " "])), make("td", {}, does)));
  const dialog = make("dialog", { class: "small", "aria-label": "Keyboard shortcuts", close: () => dialog.remove() },
    make("h2", {}, "Keys"), make("table", {}, make("tbody", {}, rows)), make("form", { method: "dialog" }, make("button", {}, "Close")));
  document.body.append(dialog);
  dialog.showModal();
}

export const typing = (event) => Boolean(event.target.closest?.("input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]"));

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && typing(event)) event.target.blur();
  if (typing(event)) return;
  if (event.key === "?") help();
  else if (!shown.page?.key?.(event)) return;
  event.preventDefault();
});
addEventListener("hashchange", show);
addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "Refused" || event.reason?.status !== undefined) { tell(event.reason.message); event.preventDefault(); }
  if (event.reason?.name === "AbortError") event.preventDefault();
});
document.getElementById("keys").addEventListener("click", help);
show();
