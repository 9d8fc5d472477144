// What was said, shown and seen, in order of time, following the player. Rows are made in blocks when they come near.
import { make, clock } from "./parts.js";

const BLOCK = 80, ROW_PX = 34;
const KINDS = { speech: "Speech", screen: "Screen", caption: "Seen" };

export class Words {
  constructor({ onSeek }) {
    this.onSeek = onSeek;
    this.rows = [];
    this.follow = true;
    this.list = make("div", { class: "words", tabindex: "0", role: "region", "aria-label": "Transcript and screen text", wheel: () => { this.touched = Date.now(); }, touchmove: () => { this.touched = Date.now(); } });
    this.filter = make("input", { type: "search", placeholder: "Find in this recording", "aria-label": "Find in this recording", input: () => this.#choose() });
    this.kinds = make("span", { class: "chips" });
    this.count = make("span", { class: "meta", role: "status" });
    this.element = make("div", { class: "transcript" }, make("div", { class: "bar" }, this.filter, this.kinds, this.count), this.list);
    this.near = new IntersectionObserver((seen) => seen.forEach((each) => each.isIntersecting && this.#fill(each.target)), { root: this.list, rootMargin: "600px" });
  }

  show(cues, none) {
    Object.assign(this, { cues, none });
    const found = Object.keys(KINDS).filter((kind) => cues.some((cue) => cue.kind === kind));
    this.wanted = new Set(found);
    this.filter.value = "";
    this.kinds.replaceChildren(...(found.length < 2 ? [] : found.map((kind) => make("label", { class: `chip ${kind}` },
      make("input", { type: "checkbox", checked: true, change: (event) => { this.wanted[event.target.checked ? "add" : "delete"](kind); this.#choose(); } }), KINDS[kind]))));
    this.#choose();
  }

  #choose() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.rows = this.cues.filter((cue) => this.wanted.has(cue.kind) && words.every((word) => cue.text.toLowerCase().includes(word)));
    this.starts = Float64Array.from(this.rows, (cue) => cue.start_s);
    this.count.textContent = words.length ? `${this.rows.length} of ${this.cues.length}` : "";
    this.near.disconnect();
    this.current = -1;
    const blocks = Array.from({ length: Math.ceil(this.rows.length / BLOCK) }, (_, block) => {
      const element = make("div", { class: "block", "data-block": block });
      element.style.minHeight = `${Math.min(BLOCK, this.rows.length - block * BLOCK) * ROW_PX}px`;
      return element;
    });
    this.list.replaceChildren(...(blocks.length ? blocks : [make("p", { class: "meta" }, this.cues.length ? "Nothing here matches." : this.none)]));
    blocks.forEach((block) => this.near.observe(block));
    if (this.time_s !== undefined) this.at(this.time_s);
  }

  #fill(block) {
    if (block.childElementCount) return;
    const from = Number(block.dataset.block) * BLOCK;
    block.append(...this.rows.slice(from, from + BLOCK).map((cue, step) => make("button", { type: "button", class: `cue ${cue.kind}`, "data-row": from + step, click: () => this.onSeek(cue.start_s) },
      make("time", {}, clock(cue.start_s)), cue.kind !== "speech" && make("span", { class: "kind" }, KINDS[cue.kind].toLowerCase()),
      make("span", { class: "said", dir: "auto" }, cue.speaker && make("b", {}, `${cue.speaker}: `), cue.text))));
    block.style.minHeight = "";
    this.near.unobserve(block);
    if (this.current >= from && this.current < from + BLOCK) this.#row(this.current)?.classList.add("now");
  }

  #row(index) {
    return this.list.querySelector(`[data-row="${index}"]`);
  }

  at(time_s) {
    this.time_s = time_s;
    if (!this.rows.length) return;
    const index = last(this.starts, time_s);
    if (index === this.current) return;
    this.#row(this.current)?.classList.remove("now");
    this.current = index;
    if (index < 0) return;
    const block = this.list.children[Math.floor(index / BLOCK)];
    this.#fill(block);
    const row = this.#row(index);
    row.classList.add("now");
    if (Date.now() - (this.touched ?? 0) > 4000 && !this.list.contains(document.activeElement)) {
      const box = row.getBoundingClientRect(), list = this.list.getBoundingClientRect();
      this.list.scrollTop += box.top - list.top - list.height / 3;
    }
  }

  // The words that are heard at a time, for the caption over the picture.
  heard(time_s) {
    this.speech ??= null;
    if (this.spoken !== this.cues) {
      this.spoken = this.cues;
      this.speech = (this.cues ?? []).filter((cue) => cue.kind === "speech");
      this.speechStarts = Float64Array.from(this.speech, (cue) => cue.start_s);
    }
    const cue = this.speech[last(this.speechStarts, time_s)];
    return cue && time_s <= cue.end_s + 0.2 ? cue.text : "";
  }
}

// The index of the last start that is not after a time, or -1.
function last(starts, time_s) {
  let low = 0, high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= time_s + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
