// Panels of which one is shown, as the keyboard expects of tabs. The first needs no tab on a wide page.
import { make } from "./parts.js";

const wide = matchMedia("(min-width: 62rem)");
let made = 0;

export function tabs(label, panels) {
  const group = `tabs-${++made}`;
  const heads = panels.map(([name, title]) => make("button", { type: "button", role: "tab", id: `${group}-${name}`, class: `tab-${name}`, "aria-controls": `${group}-${name}-panel`, click: () => choose(name) }, title));
  const bodies = panels.map(([name, , body]) => make("div", { role: "tabpanel", id: `${group}-${name}-panel`, class: `panel-${name}`, "aria-labelledby": `${group}-${name}` }, body));
  const element = make("div", { class: "tabs" }, make("div", { role: "tablist", "aria-label": label, keydown: (event) => turn(event) }, heads), bodies);

  function choose(name) {
    element.dataset.shown = name;
    panels.forEach(([own], at) => {
      heads[at].setAttribute("aria-selected", String(own === name));
      heads[at].tabIndex = own === name ? 0 : -1;
      bodies[at].classList.toggle("shown", own === name);
    });
  }

  function turn(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key], at = heads.indexOf(document.activeElement);
    if (!by || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = heads.filter((head) => head.offsetParent);
    const to = next[(next.indexOf(heads[at]) + by + next.length) % next.length];
    to.focus();
    to.click();
  }

  // A panel that stands beside the others where there is room is no choice there.
  const fit = () => choose(wide.matches && element.dataset.shown === panels[0][0] ? panels[1][0] : element.dataset.shown);
  choose(panels[0][0]);
  fit();
  wide.addEventListener("change", fit);
  return element;
}
