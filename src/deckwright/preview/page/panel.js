// The note beside its card: its texts, edited in place, its picture, and where it stands.
import { $, el, icon } from "./dom.js";
import { app, current, keepDrafts, notes, post } from "./app.js";

const KEYS = {
  fact: ["Fact", "What to know"],
  mnemonic: ["Mnemonic", "What sounds like it"],
  ask: ["Question", "Its answer is the fact"],
  explanation: ["Why", "Markdown, and maths in \\( … \\)"],
};
const fields = {};
let act = {};

export function setUpPanel(actions) {
  act = actions;
  for (const [key, [name, hint]] of Object.entries(KEYS)) {
    const text = el("textarea", { id: `text-${key}`, dir: "auto", rows: 1, placeholder: hint, class: key, spellcheck: true, "aria-describedby": `told-${key}` });
    const told = el("p", { class: "told", id: `told-${key}`, role: "status" });
    const save = el("button", { class: "save", title: "Ctrl+Enter", onclick: () => write(key) }, "Save");
    const drop = el("button", { class: "link", title: "Escape", onclick: () => forget(key) }, "Discard");
    const row = el("div", { class: "row", hidden: true }, save, drop);
    text.addEventListener("input", () => typed(key));
    text.addEventListener("keydown", (event) => pressed(event, key));
    fields[key] = { text, told, row, root: el("div", { class: "field" }, el("label", { for: text.id }, name), text, row, told) };
    $("fields").append(fields[key].root);
  }
  new ResizeObserver(grow).observe($("fields"));
}

export function showPanel() {
  const note = current();
  $("panel").classList.toggle("made", Boolean(note) && !note.editable);
  $("panel").hidden = !note;
  if (!note) return;
  const list = act.ordered();
  const deck = app.state.decks[note.deck];
  const at = list.findIndex((one) => one.guid === note.guid);
  const count = at < 0 ? "" : ` · ${at + 1} of ${list.length}`;
  $("place-in-deck").replaceChildren(el("bdi", {}, note.section || deck.topic), count);
  $("open").textContent = note.file ? `${note.file}:${note.line}` : "";
  if (note.open) $("open").href = note.open;
  else $("open").removeAttribute("href");
  $("open").title = "Open in your editor";
  for (const key of Object.keys(KEYS)) fill(key, note);
  $("fields").hidden = !note.editable;
  pictured(note);
  $("tags").replaceChildren(...note.tags.map((tag) => el("button", { class: "tag", title: "Show notes with this tag", onclick: () => act.tag(tag) }, tag)));
}

const name = (note, key) => `${note.guid}/${key}`;

function fill(key, note) {
  const { text, told, row } = fields[key];
  const draft = app.drafts.get(name(note, key));
  const wanted = draft ? draft.text : note[key];
  if (text.value !== wanted) text.value = wanted;
  if (text.dataset.note !== note.guid) told.textContent = "";
  text.dataset.note = note.guid;
  row.hidden = !draft;
  text.classList.toggle("draft", Boolean(draft));
  if (draft && draft.was !== note[key]) told.textContent = "This text has changed in the file meanwhile. Discard yours to see it.";
  size(text);
}

function typed(key) {
  const note = current();
  const { text, row, told } = fields[key];
  const was = app.drafts.get(name(note, key))?.was ?? note[key];
  if (text.value === was) app.drafts.delete(name(note, key));
  else app.drafts.set(name(note, key), { was, text: text.value });
  row.hidden = text.value === was;
  text.classList.toggle("draft", !row.hidden);
  told.textContent = "";
  keepDrafts();
  size(text);
}

function pressed(event, key) {
  if (event.isComposing) return;
  const done = event.key === "Enter" && (event.ctrlKey || event.metaKey || key !== "explanation");
  if (done && !event.shiftKey) {
    event.preventDefault();
    write(key);
  } else if (event.key === "Escape") {
    event.preventDefault();
    forget(key);
    fields[key].text.blur();
  }
}

async function write(key) {
  const note = current();
  const draft = app.drafts.get(name(note, key));
  if (!draft) return;
  const { told, text } = fields[key];
  told.textContent = "Saving…";
  const answer = await post("/api/text", { note: note.guid, key, was: draft.was, text: draft.text });
  if (answer.error) {
    told.textContent = sentence(answer.error);
    text.setAttribute("aria-invalid", "true");
    return;
  }
  text.removeAttribute("aria-invalid");
  if (app.drafts.get(name(note, key))?.text === draft.text) app.drafts.delete(name(note, key));
  keepDrafts();
  const now = notes().find((one) => one.guid === note.guid);
  if (now) now[key] = draft.text.trim();
  told.textContent = "";
  showPanel();
  act.did(answer.did);
}

function forget(key) {
  const note = current();
  app.drafts.delete(name(note, key));
  keepDrafts();
  fields[key].told.textContent = "";
  fields[key].text.removeAttribute("aria-invalid");
  fill(key, note);
}

export function edit() {
  fields.fact.text.focus();
  fields.fact.text.select();
}

function pictured(note) {
  const kinds = {
    symbol: note.found ? "Shows a symbol of the scene, found by its name" : "Shows a symbol of the scene",
    region: "Shows a part of the scene",
    image: note.found ? "Shows a picture found by its name" : "Shows a picture of its own",
    none: "Shows no picture, as you wished",
    "": note.scene === null ? "Has no picture yet" : "Has no place on the scene yet",
  };
  $("pictured").hidden = !note.editable;
  if (!note.editable) return;
  const place = note.scene === null ? null : el("button", { class: "quiet", onclick: () => act.place(note.guid) }, icon("place"), note.picture === "region" ? "Move it on the scene" : "Place on the scene");
  $("pictured").replaceChildren(
    el("h3", {}, "Picture"),
    el("p", {}, kinds[note.picture] ?? ""),
    el("div", { class: "row" }, note.picture === "symbol" ? null : place, el("button", { class: "quiet", onclick: () => $("file").click() }, icon("picture"), "Choose a picture…")),
    el("p", { class: "hint" }, "Or drop one anywhere here."),
  );
}

const size = (text) => {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
};
const grow = () => Object.values(fields).forEach(({ text }) => size(text));
export const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`.replace(/`/g, "");
