// One file on its way to the server, piece by piece; a broken connection goes on where the server is.
import { make } from "./parts.js";
import * as api from "./api.js";
import { left } from "./jobs.js";

const PIECE_BYTES = 8 << 20, PATIENCE_S = 60;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

// `done` becomes the job that indexes it.
export function upload(file) {
  const stopped = new AbortController(), bar = make("progress", { max: file.size || 1, value: 0, "aria-label": `Upload of ${file.name}` }), said = make("span", { class: "meta" });
  const stop = make("button", { type: "button", click: () => stopped.abort() }, "Stop");
  const element = make("li", { class: "job" }, make("div", { class: "line" }, make("b", { dir: "auto" }, file.name), said, stop), bar);
  const begun_ms = performance.now();
  const moved = (offset) => {
    bar.value = offset;
    const rate = offset / (performance.now() - begun_ms);
    said.textContent = `${megabytes(offset)} of ${megabytes(file.size)}${offset && offset < file.size ? `, about ${left((file.size - offset) / rate / 1000)} left` : ""}`;
  };
  const done = send(file, stopped.signal, moved);
  done.catch((error) => {
    if (error.name === "AbortError") return element.remove();
    stop.remove();
    element.append(make("p", { class: "bad refusal", role: "alert" }, error.message));
  });
  return { element, done };
}

// What was begun is known by name, size and date, so that the same file goes on after a reload.
async function send(file, signal, moved) {
  const key = `upload ${file.name} ${file.size} ${file.lastModified}`;
  let id = localStorage.getItem(key), offset = id ? await where(id).catch(() => null) : null;
  if (offset === null) ({ id, offset } = await api.get("api/uploads", { body: { name: file.name, size: file.size }, signal }));
  localStorage.setItem(key, id);
  const path = `api/uploads/${encodeURIComponent(id)}`;
  try {
    for (;;) {
      moved(offset);
      const reply = await piece(path, id, file, offset, signal);
      offset = reply.offset;
      if (reply.job || offset >= file.size) {
        localStorage.removeItem(key);
        return reply.job;
      }
    }
  } catch (error) {
    if (signal.aborted) await api.send(path, { method: "DELETE" }).catch(() => {});
    if (error.status !== 0) localStorage.removeItem(key);
    throw error;
  }
}

// Send one piece; when the connection breaks, wait for the server and ask it how far it is.
async function piece(path, id, file, offset, signal) {
  const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  const options = () => ({ method: "PATCH", headers: { ...headers, "Upload-Offset": String(offset) }, body: file.slice(offset, offset + PIECE_BYTES), signal });
  for (let waited_s = 0; ; waited_s += 2) {
    try {
      const reply = await fetch(path, options());
      if (reply.ok) return await reply.json();
      if (reply.status !== 409) throw new api.Refused(reply.status, (await reply.json().catch(() => ({}))).error);
      if (await where(id) !== offset) return { offset: await where(id) };
      throw new TypeError("another connection still writes");
    } catch (error) {
      if (signal.aborted) throw new DOMException("stopped", "AbortError");
      if (!(error instanceof TypeError) && error.status !== 0) throw error;
      if (waited_s >= PATIENCE_S) throw new api.Refused(0, { cause: "the connection broke", cure: "choose the file again: it goes on where it was" });
      await new Promise((done) => setTimeout(done, 2000));
      offset = await where(id).catch(() => offset);
    }
  }
}

async function where(id) {
  const reply = await api.send(`api/uploads/${encodeURIComponent(id)}`, { method: "HEAD" });
  return Number(reply.headers.get("Upload-Offset"));
}
