// Small drawings for buttons; the button's label says what they mean.
import { draw } from "./parts.js";

const PATHS = {
  play: "M7 4.5v15l12-7.5z", pause: "M6 5h4v14H6zM14 5h4v14h-4z", sound: "M4 9v6h4l5 4V5L8 9zM15.5 8.5a5 5 0 0 1 0 7M18 6a8.5 8.5 0 0 1 0 12", muted: "M4 9v6h4l5 4V5L8 9zM16 9.5l5 5M21 9.5l-5 5",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", add: "M12 5v14M5 12h14", more: "M6 9l6 6 6-6", close: "M6 6l12 12M18 6L6 18", remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13", rename: "M4 20l1-4L16 5l3 3L8 19z",
  send: "M4 12l16-8-5 16-4-7z", stop: "M6 6h12v12H6z", save: "M12 4v11M7 11l5 5 5-5M5 20h14", plus: "M12 6v12M6 12h12", minus: "M6 12h12", fit: "M4 6v12M20 6v12M8 12h8M10 9l-3 3 3 3M14 9l3 3-3 3", sound_only: "M4 10v4M8 7v10M12 4v16M16 7v10M20 10v4",
};
const SOLID = new Set(["play", "pause", "stop", "send"]);

export function icon(name) {
  return draw("svg", { class: SOLID.has(name) ? "icon solid" : "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, draw("path", { d: PATHS[name] }));
}
