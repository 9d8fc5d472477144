// The library: what is known, what is being indexed, and a search over everything.
import { make, clock } from "./parts.js";
import * as api from "./api.js";
import { films, refresh, still, watch } from "./films.js";
import { icon } from "./icons.js";
import { Jobs } from "./jobs.js";
import { search } from "./search.js";
import { adding } from "./adding.js";

export async function open(main, at) {
  document.title = "Library – playhead";
  const jobs = new Jobs(), grid = make("ul", { class: "films", "aria-label": "Recordings" }), count = make("span", { class: "meta" });
  const add = adding((job) => jobs.take(job));
  const find = search(grid);
  const show = () => {
    grid.replaceChildren(...[...films.values()].sort((a, b) => a.title.localeCompare(b.title, undefined, { numeric: true })).map((film) => card(film, show)));
    count.textContent = films.size ? `${films.size} recording${films.size === 1 ? "" : "s"}, ${clock([...films.values()].reduce((sum, film) => sum + film.duration_s, 0))} in all` : "";
    add.empty(films.size === 0);
  };
  main.append(make("div", { class: "library" }, make("header", { class: "line" }, make("h1", {}, "Library"), count, add.button), find.element, add.element, jobs.element, find.hits, grid));
  await refresh();
  show();
  jobs.show();
  const stop = watch({ job: (job) => jobs.take(job), library: show });
  find.look(at.values.get("q") ?? "");
  return { leave: () => { stop(); add.leave(); }, move: (to) => { find.look(to.values.get("q") ?? ""); return true; }, key: (event) => event.key === "/" && (find.focus(), true) };
}

const WORDS = { speech: "speech", screen: "screen text", caption: "captions" };

function card(film, again) {
  const href = `#/watch/${encodeURIComponent(film.id)}`, path = `api/library/${encodeURIComponent(film.id)}`;
  const kinds = Object.entries(WORDS).filter(([kind]) => film.known[kind]).map(([kind, name]) => make("span", { class: `chip ${kind}` }, name));
  const button = (name, label, act) => make("button", { type: "button", class: "quiet", "aria-label": `${label}: ${film.title}`, title: label, click: act }, icon(name));
  const foot = make("div", { class: "foot" });
  const plain = () => foot.replaceChildren(make("a", { class: "title", href, dir: "auto" }, film.title),
    make("div", { class: "line" }, make("span", { class: "chips" }, kinds.length ? kinds : make("span", { class: "meta" }, film.indexed ? "no words known" : "not indexed yet")), make("span", { class: "acts" }, button("rename", "Rename", rename), button("remove", "Remove", remove))));

  function rename() {
    const field = make("input", { value: film.title, "aria-label": "Title", maxlength: 300, dir: "auto", keydown: (event) => event.key === "Escape" && plain() });
    foot.replaceChildren(make("form", { class: "line", submit: async (event) => {
      event.preventDefault();
      await api.send(path, { method: "PATCH", body: { title: field.value } });
      await refresh();
      again();
    } }, field, make("button", {}, "Keep")));
    field.focus();
    field.select();
  }

  function remove() {
    const sure = make("button", { type: "button", class: "bad", click: async () => {
      await api.send(path, { method: "DELETE" });
      await refresh();
      again();
    } }, "Forget it");
    foot.replaceChildren(make("p", { class: "meta" }, "Forget what is known of it? Its file stays where it is; an uploaded one goes."), make("div", { class: "line" }, sure, make("button", { type: "button", click: plain }, "Keep it")));
    sure.focus();
  }

  plain();
  return make("li", { class: "film" }, make("a", { class: "picture", href, tabindex: "-1", "aria-hidden": "true" }, still(film, film.duration_s * 0.1), make("time", {}, clock(film.duration_s))), foot);
}
