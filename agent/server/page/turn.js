// One question of a conversation and what became of it, live or kept.
import { make, clock, range } from "./parts.js";
import * as api from "./api.js";
import { films } from "./films.js";
import { shown, chosen } from "./answer.js";
import { LiveSteps, stepsOf, spent } from "./steps.js";
import { markdown } from "./markdown.js";
import { announce, tell } from "./main.js";

export class Turn {
  // `goto(turn, line)` leads to the place of a line of evidence.
  constructor({ question, options = [], moment, before_s, run, answer, error }, goto) {
    Object.assign(this, { question, options, run, goto: (line) => goto(this, line), lines: [] });
    this.reply = make("div", { class: "reply" });
    this.element = make("article", { class: "turn", "aria-label": question },
      make("h3", { class: "asked", dir: "auto" }, question),
      (moment || before_s) && make("p", { class: "meta" }, [moment && `about ${range([moment.start_s, moment.end_s])}`, before_s && `nothing after ${clock(before_s)} is known`].filter(Boolean).join(" · ")),
      this.reply);
    if (answer) this.#answered(answer, this.#kept(run, answer));
    else if (error) this.#refused(error);
  }

  // Follow the events of a question; returns the last one.
  async follow(events) {
    this.steps = new LiveSteps();
    this.text = make("div", { class: "answer prose writing", hidden: true });
    this.reply.replaceChildren(...[this.options.length && chosen(this.options, null), this.steps.element, this.text].filter(Boolean));
    let last = { event: "failed", cause: "the connection ended before the answer came", cure: "reload: the question goes on" };
    for await (const [, event] of events) {
      this.#take(event);
      if (["answered", "failed", "cancelled"].includes(event.event)) last = event;
    }
    if (!this.ended) this.#refused(last);
    return last;
  }

  #take(event) {
    const act = {
      started: () => { this.run = event.run; },
      waiting: () => this.steps.wait(event.place),
      answering: () => this.#write(event.text),
      answered: () => { this.steps.done(spent(event.answer.usage)); this.#answered(event.answer, this.steps.element); announce(`Answer: ${event.answer.answer.slice(0, 400)}`); },
      failed: () => this.#refused(event),
      cancelled: () => this.#refused({ cause: "stopped", cure: "" }),
    }[event.event];
    if (act) act();
    else this.steps.add(event);
  }

  #write(text) {
    this.writing = text;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.text.hidden = false;
      this.text.replaceChildren(...markdown(this.writing));
    });
  }

  #answered(answer, steps) {
    this.ended = true;
    this.lines = answer.evidence.map((line, at) => ({ number: at + 1, ...line }));
    this.reply.replaceChildren(...shown({ ...answer, evidence: this.lines }, { options: this.options, films, open: this.goto }), steps, this.#after(answer));
  }

  #after(answer) {
    const run = answer.run || this.run;
    const copy = () => navigator.clipboard.writeText([answer.answer, ...this.lines.map((line) => `[${line.number}] ${range([line.start_s, line.end_s])} ${line.text}`)].join("\n")).then(() => tell("Copied"), () => tell("The browser does not let this page copy"));
    return make("p", { class: "after" }, make("button", { type: "button", class: "quiet", click: copy }, "Copy"),
      run && make("a", { class: "quiet", href: `#/runs/${encodeURIComponent(run)}` }, "Explain"), run && make("a", { class: "quiet", href: `#/runs/compare/${encodeURIComponent(run)}` }, "Ask another way"));
  }

  // The steps of an answer that was kept are fetched when somebody opens them.
  #kept(run, answer) {
    const list = make("div"), steps = make("details", { class: "run" }, make("summary", {}, `Steps, ${spent(answer.usage)}`), list);
    steps.addEventListener("toggle", async () => {
      if (!steps.open || list.childElementCount) return;
      list.append(make("p", { class: "meta" }, "…"));
      list.replaceChildren(await api.get(`api/runs/${encodeURIComponent(run)}`).then(stepsOf, (error) => make("p", { class: "meta" }, error.message)));
    });
    return steps;
  }

  #refused({ cause, cure, message }) {
    this.ended = true;
    this.steps?.done("");
    this.text?.remove();
    this.reply.append(make("p", { class: cause === "stopped" ? "meta stopped" : "bad refusal", role: "alert" }, message ?? [cause, cure].filter(Boolean).join(" – ")));
  }

  light(number) {
    for (const each of this.element.querySelectorAll("[data-number]")) each.classList.toggle("lit", number !== null && each.dataset.number === String(number));
  }
}
