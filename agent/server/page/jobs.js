// What is being indexed: how far it is, how long it will take, and a way to stop it.
import { make } from "./parts.js";
import * as api from "./api.js";

const MOVING = ["waiting", "running"];
const KEPT_MS = 20_000;

export class Jobs {
  constructor() {
    this.rows = new Map();
    this.element = make("ul", { class: "jobs", "aria-label": "Indexing", hidden: true });
  }

  async show() {
    const { jobs } = await api.get("api/jobs").catch(() => ({ jobs: [] }));
    jobs.filter((job) => MOVING.includes(job.status)).reverse().forEach((job) => this.take(job));
  }

  take(job) {
    if (!job) return;
    const row = this.rows.get(job.id), made = this.#row(job);
    if (row) row.replaceWith(made);
    else this.element.append(made);
    this.rows.set(job.id, made);
    if (job.status === "done" || job.status === "cancelled") setTimeout(() => this.#drop(job.id, made), job.warnings?.length ? 10 * KEPT_MS : KEPT_MS);
    this.element.hidden = this.rows.size === 0;
  }

  #drop(id, row) {
    if (this.rows.get(id) !== row) return;
    row.remove();
    this.rows.delete(id);
    this.element.hidden = this.rows.size === 0;
  }

  #row(job) {
    const moving = MOVING.includes(job.status), share = job.total ? job.done / job.total : null;
    const bar = moving && make("progress", { max: 1, value: share, "aria-label": `Indexing ${job.name}` });
    return make("li", { class: `job ${job.status}`, "data-status": job.status }, make("div", { class: "line" }, make("b", { dir: "auto" }, job.name), make("span", { class: "meta" }, said(job)),
      moving && make("button", { type: "button", click: () => api.send(`api/jobs/${encodeURIComponent(job.id)}/cancel`, { method: "POST" }) }, "Stop"),
      !moving && make("button", { type: "button", class: "quiet", click: (event) => this.#drop(job.id, event.target.closest("li")) }, "Hide")),
    bar, job.error && make("p", { class: "bad", dir: "auto" }, told(job.error)), (job.warnings ?? []).slice(0, 3).map((each) => make("p", { class: "warn", dir: "auto" }, each)));
  }
}

const told = (error) => (typeof error === "string" ? error : [error.cause, error.cure].filter(Boolean).join(" – "));

function said(job) {
  if (job.status === "waiting") return "waits for its turn";
  if (job.status !== "running") return { done: "indexed", failed: "failed", cancelled: "stopped; adding it again goes on there" }[job.status];
  const file = job.files > 1 ? `file ${job.number} of ${job.files}` : "";
  return [file, job.stage, job.total ? `${Math.floor((100 * job.done) / job.total)} %` : "", job.eta_s > 1 ? `about ${left(job.eta_s)} left` : ""].filter(Boolean).join(" · ");
}

export function left(time_s) {
  if (time_s < 90) return `${Math.ceil(time_s)} s`;
  return time_s < 5400 ? `${Math.round(time_s / 60)} min` : `${(time_s / 3600).toFixed(1)} h`;
}
