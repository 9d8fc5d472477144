// Watch: the player with its timeline and words, and the chat beside it.
import { make, clock, range } from "./parts.js";
import * as api from "./api.js";
import { films, known, watch } from "./films.js";
import { Player } from "./player.js";
import { Timeline } from "./timeline.js";
import { Words } from "./words.js";
import { Chat } from "./chat.js";
import { wave } from "./wave.js";
import { tabs } from "./tabs.js";
import { announce, tell } from "./main.js";

const NOTHING = { chapters: [], scenes: [], speech: [], screen: [] };

export async function open(main, at) {
  await known();
  const page = new Watch(main);
  await page.move(at);
  return page;
}

class Watch {
  constructor(main) {
    this.film = null;
    this.player = new Player({ onTime: (time_s) => this.#time(time_s), onPlay: (playing) => { this.timeline.following = playing; } });
    this.timeline = new Timeline({ onSeek: (time_s) => this.player.seek(time_s), onSpan: (span) => this.#span(span), onMark: (line) => this.goto(line) });
    this.words = new Words({ onSeek: (time_s) => this.player.seek(time_s) });
    this.chapters = make("ol", { class: "chapters" });
    this.title = make("h1", { dir: "auto" });
    this.about = make("p", { class: "meta" });
    this.spanned = make("div", { class: "spanned", hidden: true });
    this.chat = new Chat({ goto: (line) => this.goto(line), marks: (lines) => this.#marks(lines), now: () => this.#now(), change: (id) => this.#remember(id) });
    this.stop = watch({ library: () => { this.chat.scoped(); if (this.film) this.#describe(); } });
    const beside = tabs("Beside the player", [["chat", "Chat", this.chat.element], ["words", "Transcript", this.words.element], ["chapters", "Chapters", this.chapters]]);
    main.append(make("div", { class: "watch" }, make("div", { class: "screen" }, this.player.element, this.timeline.element, this.spanned),
      make("header", { class: "about" }, this.title, this.about), beside));
  }

  // The address changed: another film, time or conversation. Returns true since the page stays.
  async move({ rest: [id], values }) {
    const film = films.get(id);
    if (id && !film) tell("That recording is not in the library any more.");
    if (film) this.#open(film, Number(values.get("t")) || 0, values.has("t"));
    else if (!this.film) this.#describe();
    await this.chat.open(values.get("chat"), film, values.get("q")).catch((error) => this.chat.refused(error));
    if (values.get("play")) this.player.play();
    return true;
  }

  async #open(film, at_s, wind = true) {
    const same = this.film?.id === film.id;
    this.film = film;
    if (!same || wind) this.player.open(film, at_s);
    if (same) return;
    this.#describe();
    this.timeline.show(film, NOTHING);
    this.timeline.mark([]);
    const mine = () => this.film === film;
    const part = (what) => api.get(api.video(film.id, what)).catch(() => null);
    const [timeline, transcript, points] = await Promise.all([part("timeline"), part("transcript.json"), film.has_pictures || !film.has_sound ? null : part("waveform?points=800")]);
    if (!mine()) return;
    this.timeline.show(film, timeline ?? NOTHING);
    this.words.show(transcript?.cues ?? [], film.indexed ? "No words were heard or read in this recording." : "It is not indexed yet.");
    this.#marks(this.lines ?? []);
    if (points) wave(this.player.wave, points.points);
    this.chapters.replaceChildren(...(timeline?.chapters ?? []).map((chapter) => make("li", { "data-start": chapter.start_s },
      make("button", { type: "button", class: "cue", click: () => this.player.seek(chapter.start_s) }, make("time", {}, clock(chapter.start_s)), make("span", { dir: "auto" }, chapter.title)))));
  }

  #describe() {
    const film = this.film && (films.get(this.film.id) ?? this.film);
    document.title = film ? `${film.title} – playhead` : "playhead";
    this.title.textContent = film?.title ?? "Nothing is playing";
    const known = film && Object.entries(film.known).filter(([kind, count]) => count && kind !== "frame" && kind !== "digest").map(([kind, count]) => `${count.toLocaleString("en")} ${kind}`);
    this.about.textContent = film ? [clock(film.duration_s), ...known, !film.indexed && "indexing is not finished"].filter(Boolean).join(" · ") : "Pick a recording in the library, or ask all of them.";
  }

  #time(time_s) {
    this.timeline.at(time_s);
    this.words.at(time_s);
    this.player.say(this.words.cues ? this.words.heard(time_s) : "");
    wave.at?.(this.player.wave, time_s / this.film.duration_s);
    for (const [index, item] of [...this.chapters.children].entries()) item.classList.toggle("now", Number(item.dataset.start) <= time_s && !(Number(this.chapters.children[index + 1]?.dataset.start) <= time_s));
    this.chat.time(time_s);
  }

  // A citation: its film, its second, its mark.
  async goto(line) {
    const film = films.get(line.video_id);
    if (!film) return tell("That recording is not in the library any more.");
    await Promise.resolve(this.#open(film, line.start_s));
    this.#remember(this.chat.id);
    this.lit = line.number;
    this.timeline.light(line.number);
    this.chat.light(line.number);
    announce(`${film.title}, ${clock(line.start_s)}`);
  }

  #marks(lines) {
    this.lines = lines;
    this.timeline.mark(lines.filter((line) => line.video_id === this.film?.id));
    this.timeline.light(this.lit);
  }

  #now() {
    return this.film && { video: this.film, time_s: this.player.time_s };
  }

  #span(span) {
    this.spanned.hidden = !span;
    this.chat.moment(null);
    if (!span) return;
    const values = { start_s: span.start_s.toFixed(2), end_s: span.end_s.toFixed(2) };
    this.spanned.replaceChildren(make("span", {}, "Span ", make("time", {}, range([span.start_s, span.end_s]))),
      make("button", { type: "button", click: () => this.chat.moment({ video: this.film, ...span }) }, "Ask about this moment"),
      make("button", { type: "button", click: () => { this.player.seek(span.start_s); this.player.play(); } }, "Play"),
      make("a", { class: "button", href: api.video(this.film.id, "clip", values), download: "" }, "Save as mp4"),
      make("button", { type: "button", click: () => this.timeline.select(null) }, "Drop"));
  }

  #remember(chat) {
    const values = new URLSearchParams(chat ? { chat } : {});
    history.replaceState(null, "", `#/watch${this.film ? `/${encodeURIComponent(this.film.id)}` : ""}${chat ? `?${values}` : ""}`);
  }

  key(event) {
    const back = (by_s) => this.player.seek(this.player.time_s + by_s);
    const act = {
      " ": () => event.target.closest?.("button, a, summary, input") ? false : this.player.toggle(), k: () => this.player.toggle(),
      ArrowLeft: () => back(-5), ArrowRight: () => back(5), j: () => back(-10), l: () => back(10), ",": () => this.player.step(-1), ".": () => this.player.step(1),
      "[": () => this.#next(-1), "]": () => this.#next(1), i: () => this.timeline.edge("start", this.player.time_s), o: () => this.timeline.edge("end", this.player.time_s),
      c: () => this.player.toggleCaptions(), m: () => this.player.mute(), f: () => this.player.full(), "/": () => this.chat.focus(), Escape: () => this.timeline.select(null),
    }[event.key];
    if (!act || (event.target.closest?.("[role=tab], select") && event.key.startsWith("Arrow"))) return false;
    return act() !== false;
  }

  #next(by) {
    const lines = this.lines ?? [], at = lines.findIndex((line) => line.number === this.lit);
    const line = lines[(at + by + lines.length) % lines.length] ?? lines[0];
    if (line) this.goto(line);
  }

  leave() {
    this.stop();
    this.chat.leave();
    this.player.close();
    this.timeline.close();
  }
}
