// What the checker says: beside the note it is about, or at the top where it is about the deck.
import { $, el, inline, markdown } from "./dom.js";
import { app, current } from "./app.js";

const unfolded = new Set();
const pages = new Map();
let act = {};

export function setUpFindings(actions) {
  act = actions;
}

export function showFindings() {
  const note = current();
  const own = app.state.findings.filter((found) => note && found.note === note.guid);
  own.sort((one, other) => (one.severity > other.severity) - (one.severity < other.severity));
  swap($("findings"), own.map((found) => ["own", found]));
  banner();
}

function banner() {
  const { findings, broken, trouble } = app.state;
  const here = (found) => app.state.notes.some((note) => note.guid === found.note);
  const errors = findings.filter((found) => found.severity === "error");
  const loose = findings.filter((found) => !here(found));
  const place = $("banner");
  place.hidden = !broken && !loose.length;
  place.className = broken ? "broken" : "advice";
  if (place.hidden) {
    swap(place, []);
    return;
  }
  const shown = broken ? errors : loose;
  const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const kept = app.state.notes.length ? "The cards below are from before it." : "";
  const words = trouble || (broken ? `The newest save has ${many(errors.length, "error")}. ${kept}` : `${many(loose.length, "piece")} of advice about the whole deck`);
  const key = JSON.stringify([words, broken, shown]);
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  const was = place.querySelector("details");
  const open = was && place.dataset.kind === String(broken) ? was.open : broken;
  place.dataset.kind = String(broken);
  place.setAttribute("role", broken ? "alert" : "status");
  place.replaceChildren(
    shown.length
      ? el("details", { open }, el("summary", {}, words), el("div", { class: "told" }, ...shown.map((found) => entry(found, "top"))))
      : el("p", {}, words),
  );
}

function swap(place, entries) {
  const key = JSON.stringify(entries);
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  place.replaceChildren(...entries.map(([where, found]) => entry(found, where)));
}

function entry(found, where) {
  const word = found.severity === "error" ? "Error" : "Advice";
  const why = el("details", { class: "why", open: unfolded.has(found.code) }, el("summary", {}, "Why?"), el("div", { class: "page" }));
  why.addEventListener("toggle", () => {
    if (why.open) unfolded.add(found.code);
    else unfolded.delete(found.code);
    if (why.open) explain(found.code, why.lastChild);
  });
  if (why.open) explain(found.code, why.lastChild);
  const shown = where === "top" ? el("pre", { tabindex: 0 }, found.text.split("\n").slice(3).join("\n")) : null;
  const note = app.state.notes.find((one) => one.guid === found.note);
  return el(
    "article",
    { class: `finding ${found.severity}` },
    el("h3", {}, el("b", {}, word), " ", el("code", {}, found.code)),
    el("p", {}, ...inline(found.message)),
    shown,
    found.help && !shown ? el("p", { class: "help" }, ...inline(found.help)) : null,
    el(
      "footer",
      {},
      where === "top" && note ? el("button", { class: "link", onclick: () => act.select(found.note) }, "Go to the note") : null,
      found.open ? el("a", { href: found.open, title: "Open in your editor" }, `${found.file}:${found.line}`) : el("span", {}, `${found.file}:${found.line}`),
    ),
    why,
  );
}

async function explain(code, place) {
  if (!pages.has(code)) {
    const answer = await fetch(`/api/why/${code}`);
    pages.set(code, answer.ok ? (await answer.json()).text : "");
  }
  place.replaceChildren(...markdown(pages.get(code) || "There is no page about this one yet."));
}
