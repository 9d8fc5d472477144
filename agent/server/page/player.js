// The player: one clock over files that the browser plays itself and streams that the server makes on the fly.
import { make, clock } from "./parts.js";
import * as api from "./api.js";
import { icon } from "./icons.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

export class Player {
  constructor({ onTime, onPlay = () => {} }) {
    this.onTime = onTime;
    this.onPlay = onPlay;
    this.offset_s = 0;
    this.film = null;
    this.view = make("video", { playsinline: true, preload: "metadata", tabindex: "-1" });
    this.wave = make("canvas", { class: "wave", hidden: true, "aria-hidden": "true" });
    this.caption = make("p", { class: "caption", dir: "auto", hidden: true });
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.empty = make("p", { class: "empty meta" }, "Choose a recording, or ask the whole library: a citation opens its film here.");
    this.element = make("div", { class: "player", role: "group", "aria-label": "Player" },
      make("div", { class: "stage", click: () => this.toggle() }, this.view, this.wave, this.caption, this.problem, this.empty), this.#controls());
    this.#listen();
  }

  #controls() {
    const button = (label, text, act) => make("button", { type: "button", "aria-label": label, title: label, click: act }, text);
    this.button = button("Play", icon("play"), () => this.toggle());
    this.bar = make("input", { type: "range", min: 0, max: 0, step: "any", value: 0, "aria-label": "Position", input: () => this.seek(Number(this.bar.value)) });
    this.clock = make("time", { class: "clock" }, "–");
    this.speed = make("select", { "aria-label": "Speed", title: "Speed", change: () => this.#pace() }, SPEEDS.map((speed) => make("option", { value: speed, selected: speed === 1 }, `${speed}×`)));
    this.sound = button("Sound off", icon("sound"), () => this.mute());
    this.sound.className = "sound";
    this.captions = make("button", { type: "button", "aria-pressed": "true", "aria-label": "Captions", title: "Captions (c)", click: () => this.toggleCaptions() }, "CC");
    return make("div", { class: "controls" }, this.button, this.bar, this.clock, this.speed, this.captions, this.sound, button("Full screen", icon("full"), () => this.full()));
  }

  #listen() {
    const view = this.view;
    for (const name of ["play", "pause", "ended"]) view.addEventListener(name, () => this.#state());
    for (const name of ["timeupdate", "seeked", "loadedmetadata"]) view.addEventListener(name, () => this.#tick());
    view.addEventListener("error", () => { if (view.getAttribute("src")) this.#broken(); });
    for (const name of ["waiting", "seeking", "loadstart"]) view.addEventListener(name, () => this.element.classList.add("busy"));
    for (const name of ["playing", "canplay", "seeked", "error"]) view.addEventListener(name, () => this.element.classList.remove("busy"));
  }

  // Show a recording at a time; the same recording is only wound there.
  open(film, at_s = 0) {
    if (this.film?.id !== film.id) {
      this.film = film;
      this.live = null;
      this.empty.hidden = true;
      this.bar.max = film.duration_s;
      this.view.removeAttribute("src");
      this.view.poster = film.has_pictures ? api.picture(film.id, at_s || film.duration_s * 0.1, 960) : "";
      this.wave.hidden = film.has_pictures;
      this.element.classList.toggle("sound-only", !film.has_pictures);
      this.wanted_s = null;
      this.gone = !film.has_pictures && !film.has_sound;
      if (this.gone) this.#failed("it was remembered without a file");
      else this.#load(at_s);
    } else this.seek(at_s);
  }

  // The server says how the browser gets it: the file itself, or a stream that begins at the picture before that time.
  async #load(at_s) {
    const film = this.film, wanted = (this.wanted_s = at_s);
    this.problem.hidden = true;
    this.#tick(at_s);
    try {
      const told = await api.get(api.video(film.id, "playback", { start_s: at_s.toFixed(3) }));
      if (this.film !== film || this.wanted_s !== wanted) return;
      this.live = !told.native;
      this.offset_s = told.start_s;
      this.view.src = told.url;
      if (at_s > told.start_s) this.view.currentTime = at_s - told.start_s;
      this.wanted_s = null;
      this.#pace();
      if (this.resume) this.play();
      this.resume = false;
    } catch (error) {
      if (this.film === film) this.#failed(error.message);
    }
  }

  get time_s() {
    return this.wanted_s ?? (this.film ? this.offset_s + this.view.currentTime : 0);
  }

  get playing() {
    return !this.view.paused && !this.view.ended;
  }

  seek(time_s) {
    if (!this.film || this.gone) return;
    const wanted = Math.min(Math.max(0, time_s), Math.max(0, this.film.duration_s - 0.05));
    if (this.live === false || (this.live && this.#buffered(wanted - this.offset_s))) this.view.currentTime = wanted - this.offset_s;
    else this.#reload(wanted);
    this.#tick(wanted);
  }

  // A stream is asked for anew from there, once the pointer rests.
  #reload(at_s) {
    clearTimeout(this.winding);
    this.resume ||= this.playing;
    this.wanted_s = at_s;
    this.winding = setTimeout(() => this.#load(at_s), 120);
  }

  #buffered(at_s) {
    const spans = this.view.buffered;
    return at_s >= 0 && Array.from({ length: spans.length }).some((_, i) => spans.start(i) <= at_s && at_s < spans.end(i));
  }

  play() {
    if (this.gone) return;
    if (this.wanted_s !== null && this.wanted_s !== undefined) this.resume = true;
    else this.view.play().catch((error) => { if (error.name === "NotAllowedError") this.#state(); });
  }

  toggle() {
    if (!this.film || this.gone) return;
    if (this.playing || this.resume) this.pause();
    else this.play();
  }

  pause() {
    this.resume = false;
    this.view.pause();
  }

  step(direction) {
    this.pause();
    this.seek(this.time_s + direction / (this.film?.fps || 25));
  }

  mute() {
    this.view.muted = !this.view.muted;
    this.sound.replaceChildren(icon(this.view.muted ? "muted" : "sound"));
    this.sound.ariaLabel = this.view.muted ? "Sound on" : "Sound off";
  }

  toggleCaptions() {
    const on = this.captions.ariaPressed !== "true";
    this.captions.ariaPressed = String(on);
    this.say(this.said ?? "");
  }

  // The words that are heard now, over the picture.
  say(text) {
    this.said = text;
    this.caption.hidden = !text || this.captions.ariaPressed !== "true";
    if (this.caption.textContent !== text) this.caption.textContent = text;
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.element.requestFullscreen?.().catch(() => {});
  }

  #pace() {
    this.view.playbackRate = Number(this.speed.value);
  }

  #state() {
    const playing = this.playing;
    this.button.replaceChildren(icon(playing ? "pause" : "play"));
    this.button.ariaLabel = this.button.title = playing ? "Stop" : "Play";
    this.onPlay(playing);
    if (playing && !this.beating) this.#beat();
  }

  #beat() {
    this.beating = this.playing;
    if (!this.beating) return;
    this.#tick();
    requestAnimationFrame(() => this.#beat());
  }

  #tick(at_s = this.time_s) {
    if (!this.film) return;
    if (document.activeElement !== this.bar || this.playing) this.bar.value = at_s;
    const told = `${clock(at_s)} / ${clock(this.film.duration_s)}`;
    if (this.clock.textContent !== told) {
      this.clock.textContent = told;
      this.bar.setAttribute("aria-valuetext", `${clock(at_s)} of ${clock(this.film.duration_s)}`);
    }
    this.onTime(at_s);
  }

  // The server knows why better than the browser does.
  async #broken() {
    const film = this.film, asked = new AbortController();
    const words = await api.send(this.view.src, { headers: { Range: "bytes=0-0" }, signal: asked.signal }).then(() => undefined, (error) => error.message);
    asked.abort();
    if (this.film === film) this.#failed(words);
  }

  #failed(cause = "the file may have been moved or damaged") {
    if (!this.film) return;
    this.problem.textContent = `This recording cannot be played here: ${cause}. What is remembered of it can still be asked.`;
    this.problem.hidden = false;
  }

  close() {
    this.view.pause();
    this.view.removeAttribute("src");
    this.view.load();
  }
}
