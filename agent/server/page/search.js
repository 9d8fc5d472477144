// A search over everything that is remembered; a hit plays at its second.
import { make, range } from "./parts.js";
import * as api from "./api.js";
import { films, still } from "./films.js";

const REST_MS = 250, LIMIT = 24;

export function search(rest) {
  const field = make("input", { type: "search", placeholder: "Search what was said, shown and seen", "aria-label": "Search everything", dir: "auto", input: () => soon() });
  const told = make("p", { class: "meta", role: "status" });
  const list = make("ul", { class: "films hits", "aria-label": "Hits" });
  const ask = make("a", { class: "button", hidden: true }, "Ask this of the whole library");
  const hits = make("div", { class: "found", hidden: true }, make("div", { class: "line" }, told, ask), list);
  let waiting = 0, asked = null;

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => look(field.value), REST_MS);
  }

  async function look(words) {
    if (field.value.trim() !== words.trim()) field.value = words;
    asked?.abort();
    hits.hidden = !words.trim();
    rest.hidden = !hits.hidden;
    history.replaceState(null, "", words.trim() ? `#/library?${new URLSearchParams({ q: words })}` : "#/library");
    if (hits.hidden) return;
    const mine = (asked = new AbortController());
    told.textContent = "Searching…";
    ask.hidden = false;
    ask.href = `#/watch?${new URLSearchParams({ q: words })}`;
    try {
      const reply = await api.get(`api/search?${api.query({ q: words, limit: LIMIT })}`, { signal: mine.signal });
      told.textContent = reply.hits.length ? `${reply.hits.length} ${reply.hits.length === 1 ? "place" : "places"}, the best first` : "Nothing that is remembered comes near this.";
      list.replaceChildren(...reply.hits.map(card));
    } catch (error) {
      if (error.name === "AbortError") return;
      told.textContent = error.message;
      list.replaceChildren();
    }
  }

  return { element: make("search", {}, field), hits, look, focus: () => field.focus() };
}

function card(hit) {
  const film = films.get(hit.video_id), href = `#/watch/${encodeURIComponent(hit.video_id)}?${api.query({ t: hit.start_s, play: 1 })}`;
  return make("li", { class: "film hit" }, make("a", { href },
    make("span", { class: "picture" }, still(film, (hit.start_s + hit.end_s) / 2), make("time", {}, range([hit.start_s, hit.end_s]))),
    make("span", { class: "foot" }, make("span", { class: "text", dir: "auto" }, hit.text), make("span", { class: "meta", dir: "auto" }, `${hit.kind} · ${film?.title ?? hit.video}`))));
}
