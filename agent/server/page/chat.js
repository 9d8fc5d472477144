// The chat beside the player: what is asked, of what, and the conversation so far.
import { make } from "./parts.js";
import * as api from "./api.js";
import { films } from "./films.js";
import { Turn } from "./turn.js";
import { Composer } from "./composer.js";
import { conversations } from "./conversations.js";
import { choose } from "./scope.js";
import { icon } from "./icons.js";
import { tell } from "./main.js";

const STARTERS = ["What is this about?", "What are the main points, in order?", "Which numbers and names are mentioned?"];

export class Chat {
  constructor({ goto, marks, now, change }) {
    Object.assign(this, { goto, marks, now, change, id: null, turns: [], videos: [] });
    const button = (name, label, act) => make("button", { type: "button", class: "quiet", "aria-label": label, title: label, click: act }, icon(name));
    this.name = make("button", { type: "button", class: "name quiet", title: "Conversations", click: () => this.#list() });
    this.scope = make("button", { type: "button", class: "scope", title: "What the questions are about", click: () => this.#scope() });
    this.log = make("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "Conversation", tabindex: "0" });
    this.composer = new Composer({ ask: (given) => this.ask(given), stop: () => this.stop(), now });
    this.element = make("section", { class: "chat", "aria-label": "Chat" },
      make("header", {}, this.name, button("add", "New conversation", () => this.fresh()), this.scope), this.log, this.composer.element);
  }

  // The conversation of the address; else the latest about this recording alone; else a new one.
  async open(id, film, question) {
    this.opening = this.#open(id, film);
    await this.opening;
    if (question) this.ask({ question });
  }

  async #open(id, film) {
    if (id && id === this.id) return;
    const videos = film ? [film.id] : [];
    if (!id && this.#about(videos) && this.element.dataset.opened) return;
    this.element.dataset.opened = "yes";
    this.videos = videos;
    this.scoped();
    const { chats } = await api.get("api/chats");
    const found = id ? chats.find((chat) => chat.id === id) : chats.find((chat) => same(chat.videos, videos));
    if (id && !found) tell("That conversation is gone.");
    if (found) await this.resume(found.id);
    else this.fresh(videos);
  }

  refused(error) {
    this.log.replaceChildren(make("p", { class: "bad refusal", role: "alert" }, error.message));
  }

  #about(videos) {
    return same(this.videos, videos) || (videos.length === 1 && (this.videos.length === 0 || this.videos.includes(videos[0])) && this.turns.length > 0);
  }

  fresh(videos = this.videos) {
    this.#leave();
    Object.assign(this, { id: null, turns: [], videos, title: "" });
    this.log.replaceChildren(make("div", { class: "starters" }, make("p", { class: "meta" }, "Ask about what is said, shown and seen. Every answer leads to the seconds that prove it."),
      STARTERS.map((question) => make("button", { type: "button", click: () => this.ask({ question }) }, question))));
    this.marks([]);
    this.change(null);
    this.scoped();
    this.composer.busy(false);
  }

  async resume(id) {
    const chat = await api.get(`api/chats/${encodeURIComponent(id)}`);
    this.fresh(chat.videos);
    Object.assign(this, { id, title: chat.name });
    this.turns = chat.turns.map((turn) => new Turn(turn, (...place) => this.#goto(...place)));
    if (this.turns.length) this.log.replaceChildren(...this.turns.map((turn) => turn.element));
    this.change(id);
    this.scoped();
    if (this.turns.length) this.#look(this.turns.at(-1));
    if (this.turns.length) this.log.scrollTop = this.turns.at(-1).element.offsetTop;
    if (chat.asking) this.#follow({ question: chat.question }, (signal) => api.stream(`api/asks/${encodeURIComponent(chat.asking)}`, { signal }));
  }

  // What the head says: the name of the conversation and what it is about.
  scoped() {
    this.name.replaceChildren(make("span", { dir: "auto" }, this.title || "New conversation"), icon("more"));
    const names = this.videos.map((id) => films.get(id)?.title ?? "a recording that is gone");
    this.scope.replaceChildren("about ", make("b", { dir: "auto" }, names.length ? (names.length > 2 ? `${names.length} recordings` : names.join(", ")) : "the whole library"), icon("more"));
    this.composer.scoped(this.videos);
  }

  async ask({ question, options = [], moment = null, strategy = "", before_s = null }) {
    if (this.running) return;
    this.composer.busy(true);
    try {
      await this.opening;
      if (!this.id) {
        const chat = await api.get("api/chats", { body: { videos: this.videos } });
        Object.assign(this, { id: chat.id, title: chat.name || question });
        this.change(chat.id);
        this.scoped();
      }
    } catch (error) {
      this.composer.busy(false);
      throw error;
    }
    const body = { question, options, ...(moment && { moment: { video: moment.video.id, start_s: moment.start_s, end_s: moment.end_s } }), ...(strategy && { strategy }), ...(before_s !== null && { before_s }) };
    const path = `api/chats/${encodeURIComponent(this.id)}/ask`;
    await this.#follow({ question, options, moment, before_s }, (signal) => api.stream(path, { body, signal }));
  }

  async #follow(asked, events) {
    const turn = new Turn(asked, (...place) => this.#goto(...place)), running = (this.running = new AbortController());
    this.turns.push(turn);
    if (this.turns.length === 1) this.log.replaceChildren();
    this.log.append(turn.element);
    this.composer.busy(true);
    this.#follows();
    try {
      await turn.follow(events(running.signal));
      if (turn.lines.length) this.#look(turn);
    } catch (error) {
      if (error.name === "AbortError") return;
      turn.element.append(make("p", { class: "bad refusal", role: "alert" }, error.message));
    } finally {
      if (this.running === running) {
        this.running = null;
        this.composer.busy(false);
        this.#bottom(turn);
      }
    }
  }

  // The log stays at its end while an answer grows, unless somebody reads further up.
  #follows() {
    this.log.scrollTop = this.log.scrollHeight;
    this.grown?.disconnect();
    this.grown = new MutationObserver(() => {
      if (this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 160) this.log.scrollTop = this.log.scrollHeight;
    });
    this.grown.observe(this.log, { childList: true, subtree: true });
  }

  #bottom(turn) {
    this.grown?.disconnect();
    const top = turn.element.offsetTop;
    if (this.log.scrollTop > top || this.log.scrollTop + this.log.clientHeight >= this.log.scrollHeight - 160) this.log.scrollTop = top;
  }

  stop() {
    return this.id && api.send(`api/chats/${encodeURIComponent(this.id)}/stop`, { method: "POST" });
  }

  #goto(turn, line) {
    this.#look(turn);
    this.goto(line);
  }

  #look(turn) {
    if (this.looked !== turn) this.looked?.light(null);
    this.looked = turn;
    this.marks(turn.lines);
  }

  light(number) {
    this.looked?.light(number);
  }

  moment(span) {
    this.composer.moment(span);
  }

  time(time_s) {
    this.composer.time(time_s);
  }

  focus() {
    this.composer.focus();
  }

  async #list() {
    const id = await conversations(this.id);
    if (id === "renamed" && this.id) this.title = (await api.get(`api/chats/${encodeURIComponent(this.id)}`)).name;
    else if (id === "gone") return this.fresh();
    else if (id && id !== this.id) return this.resume(id);
    return this.scoped();
  }

  async #scope() {
    const videos = await choose(this.videos);
    if (videos && !same(videos, this.videos)) this.fresh(videos);
  }

  // Leaving the page does not end a question; coming back goes on with it.
  #leave() {
    this.running?.abort();
    this.running = null;
    this.looked = null;
  }

  leave() {
    this.#leave();
    this.composer.leave();
  }
}

const same = (a, b) => a.length === b.length && a.every((each) => b.includes(each));
