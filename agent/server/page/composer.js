// Where a question is written: its options, the moment it is about, how far the film may be known.
import { make, clock, range } from "./parts.js";
import * as api from "./api.js";
import { icon } from "./icons.js";

export class Composer {
  constructor({ ask, stop, now }) {
    Object.assign(this, { ask, stop, now, span: null });
    this.field = make("textarea", { rows: 1, "aria-label": "Question", placeholder: "Ask about this recording", dir: "auto", input: () => this.#grow(), keydown: (event) => this.#key(event) });
    this.options = make("textarea", { rows: 3, hidden: true, "aria-label": "Options, one a line", placeholder: "Options, one a line", dir: "auto" });
    this.about = make("p", { class: "about-moment", hidden: true });
    this.cut = make("input", { type: "checkbox" });
    this.until = make("span", {}, "Up to here");
    this.cutting = make("label", { class: "chip", title: "No spoilers: nothing after the place of the player is known" }, this.cut, this.until);
    this.strategy = make("select", { "aria-label": "Strategy", title: "Way of answering" }, make("option", { value: "" }, "usual way"));
    this.go = make("button", { type: "submit", class: "go primary" }, icon("send"));
    const open = make("button", { type: "button", class: "quiet", "aria-expanded": "false", click: () => { this.options.hidden = !this.options.hidden; open.ariaExpanded = String(!this.options.hidden); } }, "Options");
    this.element = make("form", { class: "composer", submit: (event) => { event.preventDefault(); this.#send(); } }, this.about, this.options,
      make("div", { class: "line" }, this.field, this.go), make("div", { class: "line meta" }, open, this.cutting, this.strategy));
    this.busy(false);
    this.#ways();
  }

  async #ways() {
    const { strategies = [] } = await api.get("api/settings").catch(() => ({}));
    this.strategy.append(...strategies.map(({ name, idea }) => make("option", { value: name, title: idea }, name)));
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    if (this.working) return void this.#end();
    const question = this.field.value.trim(), options = this.options.hidden ? [] : this.options.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!question) return void this.field.focus();
    const before_s = this.cut.checked && !this.cutting.hidden ? Math.max(0.1, this.now()?.time_s ?? 0) : null;
    this.ask({ question, options, moment: this.span, strategy: this.strategy.value, before_s });
    this.field.value = this.options.value = "";
    this.moment(null);
    this.#grow();
  }

  async #end() {
    this.go.disabled = true;
    await Promise.resolve(this.stop()).finally(() => { this.go.disabled = false; });
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 200)}px`;
  }

  busy(working) {
    this.working = working;
    this.go.replaceChildren(icon(working ? "stop" : "send"));
    this.go.ariaLabel = this.go.title = working ? "Stop" : "Ask";
    this.element.classList.toggle("working", working);
  }

  scoped(videos) {
    this.field.placeholder = videos.length === 1 ? "Ask about this recording" : videos.length ? "Ask about these recordings" : "Ask the whole library";
    this.cutting.hidden = videos.length !== 1;
  }

  time(time_s) {
    const text = `Up to ${clock(time_s)} only`;
    if (this.until.textContent !== text) this.until.textContent = text;
  }

  moment(span) {
    this.span = span;
    this.about.hidden = !span;
    if (!span) return;
    this.about.replaceChildren("About ", make("time", {}, range([span.start_s, span.end_s])), " ", make("button", { type: "button", class: "quiet", "aria-label": "Not about this moment", click: () => this.moment(null) }, icon("close")));
    this.focus();
  }

  focus() {
    this.field.focus();
  }

  leave() {
    this.span = null;
  }
}
