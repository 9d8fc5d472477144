// The conversations that are kept: opened, renamed, exported, removed.
import { make } from "./parts.js";
import * as api from "./api.js";
import { films } from "./films.js";
import { icon } from "./icons.js";

// The id of the one to open, "gone" when the open one was removed, "renamed", or "".
export async function conversations(open) {
  const { chats } = await api.get("api/chats");
  return new Promise((done) => {
    let changed = "", pending = null;
    const dialog = make("dialog", { "aria-label": "Conversations", close: async () => { dialog.remove(); await pending?.catch(() => {}); done(dialog.returnValue || changed); } }, make("h2", {}, "Conversations"));
    const list = make("ul", { class: "conversations" }, chats.map((chat) => row(chat)));
    dialog.append(chats.length ? list : make("p", { class: "meta" }, "None yet: they are kept here from the first question on."),
      make("form", { method: "dialog", class: "buttons" }, make("button", { value: "" }, "Close")));

    function row(chat) {
      const item = make("li", { class: chat.id === open ? "open" : null });
      const path = `api/chats/${encodeURIComponent(chat.id)}`, button = (name, label, act) => make("button", { type: "button", class: "quiet", "aria-label": `${label}: ${chat.name}`, title: label, click: act }, icon(name));
      const about = chat.videos.length ? chat.videos.map((id) => films.get(id)?.title ?? "gone").join(", ") : "whole library";
      const save = (format) => make("a", { class: "quiet", href: `${path}/export?format=${format}`, download: "", "aria-label": `Save ${chat.name} as ${format === "md" ? "Markdown" : "JSON"}` }, format === "md" ? "Markdown" : "JSON");
      item.append(make("button", { type: "button", class: "pick", click: () => dialog.close(chat.id) }, make("b", { dir: "auto" }, chat.name || "Without a question"),
        make("span", { class: "meta", dir: "auto" }, `${chat.turns} ${chat.turns === 1 ? "question" : "questions"} · ${about} · ${new Date(chat.created).toLocaleDateString()}`)),
      button("rename", "Rename", () => rename()), save("md"), save("json"), button("remove", "Remove", () => remove()));

      function rename() {
        const field = make("input", { value: chat.name, "aria-label": "Name", maxlength: 200, dir: "auto" });
        const keep = async () => { chat.name = field.value.trim() || chat.name; await (pending = api.send(path, { method: "PATCH", body: { name: chat.name } })); if (chat.id === open) changed = "renamed"; item.replaceWith(row(chat)); };
        item.replaceChildren(make("form", { class: "line", submit: (event) => { event.preventDefault(); keep(); } }, field, make("button", {}, "Keep")));
        field.focus();
        field.select();
      }

      function remove() {
        const sure = make("button", { type: "button", class: "bad", click: async () => { await (pending = api.send(path, { method: "DELETE" })); if (chat.id === open) changed = "gone"; item.remove(); } }, "Remove it");
        item.replaceChildren(make("span", { dir: "auto" }, `Remove “${chat.name}”?`), sure, make("button", { type: "button", click: () => item.replaceWith(row(chat)) }, "Keep it"));
        sure.focus();
      }

      return item;
    }

    document.body.append(dialog);
    dialog.showModal();
  });
}
