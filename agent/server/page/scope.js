// What questions are about: the whole library, or chosen recordings.
import { make, clock } from "./parts.js";
import { films } from "./films.js";

// The chosen ids, none for the whole library; null when nothing was changed.
export function choose(chosen) {
  const rows = [...films.values()].map((film) => ({ film, box: make("input", { type: "checkbox", checked: chosen.includes(film.id), value: film.id }) }));
  const list = make("ul", { class: "choices" }, rows.map(({ film, box }) => make("li", {}, make("label", {}, box, make("span", { dir: "auto" }, film.title), make("time", { class: "meta" }, clock(film.duration_s))))));
  const find = make("input", { type: "search", placeholder: "Find", "aria-label": "Find a recording", input: () => {
    [...list.children].forEach((item, at) => { item.hidden = !rows[at].film.title.toLowerCase().includes(find.value.toLowerCase()); });
  } });
  return new Promise((done) => {
    const end = (value) => { dialog.remove(); done(value); };
    const dialog = make("dialog", { "aria-label": "What to ask", close: () => end(dialog.returnValue === "all" ? [] : dialog.returnValue === "some" ? rows.filter(({ box }) => box.checked).map(({ film }) => film.id) : null) },
      make("h2", {}, "Ask about"), find, list,
      make("p", { class: "meta" }, "A conversation keeps what it is about: another choice begins a new one."),
      make("form", { method: "dialog", class: "buttons" }, make("button", { value: "all" }, "The whole library"), make("button", { value: "" }, "Cancel"), make("button", { value: "some", class: "primary" }, "These")));
    document.body.append(dialog);
    dialog.showModal();
  });
}
