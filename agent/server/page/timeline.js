// What is where in a recording: chapters, scenes, speech, screen text; marks of evidence; the place of the player.
// The track scrolls natively and only what is in view is drawn, so that twelve hours are as light as one minute.
import { make, clock, range } from "./parts.js";
import { icon } from "./icons.js";
import { Preview } from "./preview.js";

const LANES = [["chapters", "Chapters", 22], ["scenes", "Scenes", 8], ["speech", "Speech", 10], ["screen", "Screen", 10]];
const GAP_PX = 4, MARKS_PX = 46, MARK_PX = 24;
const LEAST_SHOWN_S = 20;
const dark = matchMedia("(prefers-color-scheme: dark)");

export class Timeline {
  constructor({ onSeek, onSpan, onMark }) {
    Object.assign(this, { onSeek, onSpan, onMark, zoom: 1, duration_s: 0, marked: [], lanes: {}, span: null, begun_s: null });
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.head = make("div", { class: "head" });
    this.chosen = make("div", { class: "span", hidden: true });
    this.marks = make("div", { class: "marks", role: "group", "aria-label": "Evidence of the answer" });
    this.track = make("div", { class: "track" }, this.canvas, this.chosen, this.head, this.marks);
    this.scroller = make("div", { class: "scroller", scroll: () => this.#soon() }, this.track);
    this.preview = new Preview();
    const button = (name, label, act) => make("button", { type: "button", "aria-label": label, title: label, click: act }, icon(name));
    this.element = make("section", { class: "timeline", "aria-label": "Timeline" },
      make("div", { class: "names", "aria-hidden": "true" }, LANES.map(([, label, height]) => make("span", { class: `lane-${height}` }, label))),
      this.scroller,
      make("div", { class: "zoom" }, button("plus", "Zoom in", () => this.scale(2)), button("minus", "Zoom out", () => this.scale(0.5)), button("fit", "Whole recording", () => this.scale(0))),
      this.preview.element);
    this.#listen();
  }

  #listen() {
    const area = this.scroller;
    area.addEventListener("pointerdown", (event) => this.#press(event));
    area.addEventListener("pointermove", (event) => this.#hover(event));
    area.addEventListener("pointerleave", () => this.preview.hide());
    area.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.scale(event.deltaY < 0 ? 1.25 : 0.8, event.clientX - area.getBoundingClientRect().left);
    }, { passive: false });
    this.watch = new ResizeObserver(() => this.#arrange());
    this.watch.observe(area);
    this.turned = () => this.#soon();
    dark.addEventListener("change", this.turned);
  }

  show(film, data) {
    this.film = film;
    this.duration_s = Math.max(film.duration_s, 0.001);
    this.lanes = {
      chapters: data.chapters, scenes: packed(data.scenes), speech: packed(data.speech), screen: packed(data.screen),
    };
    this.zoom = 1;
    this.select(null);
    this.#arrange();
  }

  get width_px() {
    return this.scroller.clientWidth * this.zoom;
  }

  at(time_s) {
    this.time_s = time_s;
    const x = (time_s / this.duration_s) * this.width_px;
    this.head.style.transform = `translateX(${x}px)`;
    const seen = x - this.scroller.scrollLeft;
    if (this.following && this.zoom > 1 && (seen < 0 || seen > this.scroller.clientWidth)) this.scroller.scrollLeft = x - this.scroller.clientWidth * 0.1;
  }

  // factor 0 shows the whole recording.
  scale(factor, anchor_px = this.scroller.clientWidth / 2) {
    const most = Math.max(1, this.duration_s / LEAST_SHOWN_S);
    const place = (this.scroller.scrollLeft + anchor_px) / this.width_px;
    this.zoom = factor ? Math.min(most, Math.max(1, this.zoom * factor)) : 1;
    this.#arrange();
    this.scroller.scrollLeft = place * this.width_px - anchor_px;
  }

  // Evidence of the answer that is looked at, as numbered buttons.
  mark(evidence) {
    this.marked = evidence.map((line) => ({ ...line, button: make("button", { type: "button", class: "mark", "data-number": line.number,
      "aria-label": `Evidence ${line.number}, ${line.kind} at ${clock(line.start_s)}`, title: line.text, click: (event) => { event.stopPropagation(); this.onMark(line); } }, line.number) }));
    this.marks.replaceChildren(...this.marked.map((line) => line.button));
    this.#arrange();
  }

  light(number) {
    for (const { number: own, button } of this.marked) {
      button.classList.toggle("lit", own === number);
      if (own === number) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  select(span) {
    this.span = span && span.end_s > span.start_s ? span : null;
    this.#arrange();
    this.onSpan(this.span);
  }

  // The beginning of a span, then its end, from the keyboard or by buttons.
  edge(which, time_s) {
    const whole = this.span ?? { start_s: 0, end_s: this.duration_s };
    if (which === "start") this.select({ start_s: time_s, end_s: whole.end_s > time_s && this.span ? whole.end_s : Math.min(this.duration_s, time_s + 30) });
    else this.select({ start_s: whole.start_s < time_s && this.span ? whole.start_s : Math.max(0, time_s - 30), end_s: time_s });
  }

  #time(event) {
    const box = this.scroller.getBoundingClientRect();
    const x = Math.min(Math.max(0, event.clientX - box.left), box.width) + this.scroller.scrollLeft;
    return (x / this.width_px) * this.duration_s;
  }

  #press(event) {
    if (event.button !== 0 || !this.film || event.target.closest(".mark") || event.offsetY > this.scroller.clientHeight) return;
    const start_s = this.#time(event), spanning = event.shiftKey;
    const move = (moved) => {
      const now_s = this.#time(moved);
      if (spanning) this.select({ start_s: Math.min(start_s, now_s), end_s: Math.max(start_s, now_s) });
      else this.onSeek(now_s);
    };
    const touch = event.pointerType === "touch";
    const end = (ended) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      if (touch && ended.type === "pointerup" && Math.abs(ended.clientX - event.clientX) < 8) this.onSeek(start_s);
    };
    if (!touch) {
      addEventListener("pointermove", move);
      if (!spanning) this.onSeek(start_s);
    }
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  #hover(event) {
    if (!this.film || event.pointerType === "touch") return;
    const time_s = this.#time(event), chapter = this.lanes.chapters.findLast((each) => each.start_s <= time_s);
    const box = this.element.getBoundingClientRect();
    this.preview.show(this.film, time_s, chapter?.title, event.clientX - box.left, box.width, this.duration_s / this.zoom / 200);
  }

  #soon() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.#draw(); });
  }

  #arrange() {
    this.track.style.width = `${100 * this.zoom}%`;
    const width = this.width_px, x = (time_s) => (time_s / this.duration_s) * width, last = [-MARK_PX / 2, -MARK_PX / 2];
    for (const { start_s, button } of [...this.marked].sort((a, b) => a.start_s - b.start_s)) {
      const row = last[0] <= last[1] ? 0 : 1;
      last[row] = Math.min(Math.max(x(start_s), last[row] + MARK_PX), width - MARK_PX / 2);
      button.style.left = `${last[row]}px`;
      button.style.top = `${row * (MARKS_PX / 2)}px`;
    }
    this.chosen.hidden = !this.span;
    if (this.span) {
      this.chosen.style.left = `${x(this.span.start_s)}px`;
      this.chosen.style.width = `${x(this.span.end_s) - x(this.span.start_s)}px`;
      this.chosen.title = range([this.span.start_s, this.span.end_s]);
    }
    if (this.film) this.at(this.time_s ?? 0);
    this.#soon();
  }

  #draw() {
    const width = this.scroller.clientWidth, height = LANES.reduce((sum, [, , each]) => sum + each + GAP_PX, MARKS_PX), sharp = devicePixelRatio || 1;
    if (!width || !this.film) return;
    if (this.canvas.width !== Math.round(width * sharp)) [this.canvas.width, this.canvas.height] = [Math.round(width * sharp), Math.round(height * sharp)];
    [this.canvas.style.width, this.canvas.style.height] = [`${width}px`, `${height}px`];
    const pen = this.canvas.getContext("2d"), css = getComputedStyle(this.element), colour = (name) => css.getPropertyValue(`--${name}`).trim();
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.clearRect(0, 0, width, height);
    const scale = this.width_px / this.duration_s, from_s = this.scroller.scrollLeft / scale, to_s = from_s + width / scale;
    const x = (time_s) => (time_s - from_s) * scale;
    let top = MARKS_PX;
    for (const [name, , tall] of LANES) {
      if (name === "chapters") chapters(pen, this.lanes.chapters, x, top, tall, { from_s, to_s, fill: colour("panel"), line: colour("line"), text: colour("text"), font: css.fontFamily });
      else {
        pen.fillStyle = colour("panel");
        pen.fillRect(0, top, width, tall);
        pen.fillStyle = colour(`lane-${name === "scenes" ? "scene" : name}`);
        bars(pen, this.lanes[name], x, top, tall, from_s, to_s, name === "scenes" ? 1 : 0);
      }
      top += tall + GAP_PX;
    }
  }

  close() {
    this.watch.disconnect();
    dark.removeEventListener("change", this.turned);
  }
}

const packed = (spans) => ({ starts: Float64Array.from(spans, (span) => span.start_s), ends: Float64Array.from(spans, (span) => span.end_s) });

// Spans that fall on the same pixel are drawn once.
function bars(pen, { starts, ends }, x, top, tall, from_s, to_s, apart_px) {
  let drawn = -1;
  for (let i = 0; i < starts.length && starts[i] <= to_s; i++) {
    if (ends[i] < from_s) continue;
    const begin = Math.floor(x(starts[i])), right = Math.max(begin + 1, Math.round(x(ends[i])) - apart_px);
    if (right <= drawn) continue;
    const left = Math.max(begin, drawn, 0);
    pen.fillRect(left, top, right - left, tall);
    drawn = right;
  }
}

function chapters(pen, parts, x, top, tall, { from_s, to_s, fill, line, text, font }) {
  pen.font = `12px ${font}`;
  pen.textBaseline = "middle";
  for (const { start_s, end_s, title } of parts) {
    if (end_s < from_s || start_s > to_s) continue;
    const left = x(start_s), wide = Math.max(1, x(end_s) - left - 1), seen = Math.max(left, 0);
    pen.fillStyle = fill;
    pen.fillRect(left, top, wide, tall);
    pen.fillStyle = line;
    pen.fillRect(left, top, 2, tall);
    if (left + wide - seen < 30) continue;
    pen.save();
    pen.beginPath();
    pen.rect(seen, top, left + wide - seen - 4, tall);
    pen.clip();
    pen.fillStyle = text;
    pen.fillText(title, seen + 7, top + tall / 2 + 0.5);
    pen.restore();
  }
}
