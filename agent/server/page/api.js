// The server's answers: JSON, and streams of events. A refusal says its cause and its cure.

export class Refused extends Error {
  constructor(status, { cause, cure } = {}) {
    super([cause || `the server said ${status}`, cure].filter(Boolean).join(" – "));
    this.status = status;
  }
}

const LOCKED = { cause: "this browser is not signed in", cure: "open the address that `playhead serve` printed; it holds the token" };

export async function send(path, { body, ...given } = {}) {
  const options = { headers: {}, ...given };
  if (body !== undefined) {
    options.method ??= "POST";
    options.headers = { "Content-Type": "application/json", ...options.headers };
    options.body = JSON.stringify(body);
  }
  const reply = await reached(path, options);
  if (reply.ok) return reply;
  throw new Refused(reply.status, reply.status === 401 ? LOCKED : (await reply.json().catch(() => ({}))).error);
}

async function reached(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, { cause: "the server does not answer", cure: "start it again: playhead serve" });
  }
}

export async function get(path, options) {
  return (await send(path, options)).json();
}

// The events of a reply as [name, data], as they arrive.
export async function* stream(path, { body, signal, method } = {}) {
  const reply = await send(path, { body, signal, method, headers: { Accept: "text/event-stream", ...(body && { "Content-Type": "application/json" }) } });
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (rest + part.value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      yield* blocks.map(event).filter(Boolean);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function event(block) {
  let name = "message", data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([a-z]*): ?(.*)$/.exec(line) || [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return data.length ? [name, JSON.parse(data.join("\n"))] : null;
}

export const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)).toString();
export const video = (id, what, values = {}) => `api/videos/${encodeURIComponent(id)}/${what}${Object.keys(values).length ? `?${query(values)}` : ""}`;
export const picture = (id, time_s, width_px) => video(id, "thumbnail", { time_s: Math.max(0, time_s).toFixed(2), width_px });
