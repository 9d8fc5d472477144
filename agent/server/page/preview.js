// The picture under the pointer. One is asked for at a time, when the pointer has rested a moment.
import { make, clock } from "./parts.js";
import { picture } from "./api.js";

const REST_MS = 70, WIDTH_PX = 160;

export class Preview {
  constructor() {
    this.image = make("img", { alt: "", width: WIDTH_PX, height: 90, load: () => this.#done(), error: () => this.#done() });
    this.time = make("time");
    this.title = make("span", { dir: "auto" });
    this.element = make("div", { class: "preview", hidden: true, "aria-hidden": "true" }, this.image, make("p", {}, this.time, " ", this.title));
  }

  show(film, time_s, title, x_px, width_px, step_s) {
    this.element.hidden = false;
    this.element.style.left = `${Math.min(Math.max(WIDTH_PX / 2 + 8, x_px), width_px - WIDTH_PX / 2 - 8)}px`;
    this.time.textContent = clock(time_s);
    this.title.textContent = title ?? "";
    this.image.hidden = !film.has_pictures;
    if (!film.has_pictures) return;
    this.wanted = picture(film.id, Math.round(time_s / Math.max(step_s, 0.5)) * Math.max(step_s, 0.5), 2 * WIDTH_PX);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#ask(), REST_MS);
  }

  #ask() {
    if (this.asked || this.wanted === this.image.getAttribute("src")) return;
    this.asked = this.wanted;
    this.image.src = this.wanted;
  }

  #done() {
    this.asked = null;
    if (!this.element.hidden && this.wanted !== this.image.getAttribute("src")) this.#ask();
  }

  hide() {
    clearTimeout(this.waiting);
    this.element.hidden = true;
  }
}
