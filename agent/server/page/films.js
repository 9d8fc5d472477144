// The recordings of the library as the whole page knows them, and what the server tells of changes.
import * as api from "./api.js";
import { make } from "./parts.js";
import { icon } from "./icons.js";

export const films = new Map();
const watchers = new Set();
let source = null, reading = null;

export async function refresh() {
  reading ??= api.get("api/library").finally(() => { reading = null; });
  const { videos } = await reading;
  films.clear();
  for (const film of videos) films.set(film.id, film);
  return films;
}

// A picture out of a recording, or the sign of one without pictures.
export const still = (film, time_s) => film?.has_pictures ? make("img", { src: api.picture(film.id, time_s, 480), alt: "", loading: "lazy", width: 480, height: 270 }) : make("span", { class: "nopicture" }, icon("sound_only"));

export const known = () => (films.size ? Promise.resolve(films) : refresh());

// Changes are listened to only while somebody looks: a browser has six connections for a server, all tabs together.
export function watch({ job = () => {}, library = () => {} }) {
  const watcher = { job, library };
  watchers.add(watcher);
  listen();
  return () => { watchers.delete(watcher); listen(); };
}

function listen() {
  const wanted = watchers.size > 0 && document.visibilityState === "visible";
  if (!wanted) source?.close();
  if (!wanted) source = null;
  if (!wanted || source) return;
  source = new EventSource("api/events");
  source.addEventListener("job", (event) => { const job = JSON.parse(event.data); watchers.forEach((each) => each.job(job)); });
  source.addEventListener("library", () => refresh().then(() => watchers.forEach((each) => each.library())));
}

document.addEventListener("visibilitychange", () => {
  const back = document.visibilityState === "visible" && watchers.size > 0 && !source;
  listen();
  if (back) refresh().then(() => watchers.forEach((each) => each.library()), () => {});
});
