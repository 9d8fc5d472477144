// Recordings come in by a path of this machine, or as files dropped on the page.
import { make } from "./parts.js";
import * as api from "./api.js";
import { icon } from "./icons.js";
import { upload } from "./upload.js";
import { tell } from "./main.js";

export function adding(took) {
  const list = make("ul", { class: "jobs uploads", "aria-label": "Uploads" });
  const path = make("input", { "aria-label": "Path of a file or folder", placeholder: "/home/me/talks or film.mkv", spellcheck: "false", autocomplete: "off" });
  const refused = make("p", { class: "bad refusal", role: "alert", hidden: true });
  const pick = make("input", { type: "file", multiple: true, "aria-label": "Choose files", change: () => { take([...pick.files]); pick.value = ""; } });
  const panel = make("section", { class: "adding", "aria-label": "Add recordings", hidden: true },
    make("p", { class: "meta hint" }, "Drop films, recordings or transcripts anywhere on this page. Each is copied into the library's folder, in pieces that go on after a break."),
    make("label", { class: "line" }, "Files of this device", pick),
    make("form", { class: "line", submit: (event) => { event.preventDefault(); byPath(); } }, make("label", {}, "Or a path on the server's machine ", path), make("button", {}, "Add")), refused, list);
  const button = make("button", { type: "button", class: "primary", "aria-expanded": "false", click: () => open(panel.hidden) }, icon("add"), "Add");

  function open(wanted) {
    panel.hidden = !wanted;
    button.ariaExpanded = String(wanted);
  }

  async function byPath() {
    refused.hidden = true;
    try {
      const reply = await api.get("api/library", { body: { paths: [path.value.trim()] } });
      took(reply.job ?? reply);
      path.value = "";
    } catch (error) {
      refused.hidden = false;
      refused.textContent = error.message;
    }
  }

  function take(files) {
    if (files.length) open(true);
    for (const file of files) {
      const { element, done } = upload(file);
      list.append(element);
      done.then((job) => { took(job); element.remove(); tell(`${file.name} is here`); }, () => {});
    }
  }

  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("dropping", event.type === "dragover");
    if (event.type === "drop") take([...event.dataTransfer.files]);
  };
  const away = (event) => { if (!event.relatedTarget) document.body.classList.remove("dropping"); };
  for (const name of ["dragover", "drop"]) addEventListener(name, over);
  addEventListener("dragleave", away);
  return {
    button, element: panel, empty: (none) => { if (none) open(true); },
    leave: () => { for (const name of ["dragover", "drop"]) removeEventListener(name, over); removeEventListener("dragleave", away); },
  };
}
