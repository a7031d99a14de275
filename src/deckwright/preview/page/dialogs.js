// A note added, and the keys told.
import { $, el } from "./dom.js";
import { app, current, post } from "./app.js";
import { sentence } from "./panel.js";

const KEYS = [
  ["Space, Enter", "turn the card"],
  ["← →, k j", "previous, next note"],
  ["1 – 9, c", "another card of the note"],
  ["e", "edit the note"],
  ["a", "add a note"],
  ["i", "place pictures"],
  ["/", "search"],
  ["p", "phone or desktop"],
  ["b", "both sides"],
  ["n", "night or light"],
  ["o", "open the line in your editor"],
  ["Ctrl Z, Ctrl Shift Z", "undo, redo"],
  ["Ctrl Enter, Esc", "in a text: save, discard"],
];

export function showKeys() {
  const close = el("button", { class: "save", onclick: () => $("keys").close() }, "Close");
  const rows = KEYS.flatMap(([keys, what]) => [el("dt", {}, ...keys.split(", ").map((key) => el("kbd", {}, key))), el("dd", {}, what)]);
  $("keys").replaceChildren(el("h2", { id: "keys-title" }, "Keys"), el("dl", {}, ...rows), el("div", { class: "row" }, close));
  $("keys").showModal();
}

// Ask for a new note's texts, and add it to the section that is named or the current one.
export function addNote(did, deck = null, section = null) {
  const note = current();
  deck ??= note?.deck ?? 0;
  section ??= note?.section ?? null;
  const decks = app.state.decks;
  const places = decks.flatMap((one, number) => one.writable.map((name) => ({ number, name, label: [decks.length > 1 ? one.topic : "", name || one.topic].filter(Boolean).join(" › ") })));
  if (!places.length) return;
  const chosen = Math.max(0, places.findIndex((one) => one.number === deck && one.name === section));
  const where = el("select", { id: "new-section" }, ...places.map(({ label }, index) => el("option", { value: index, selected: index === chosen }, label)));
  const inputs = Object.fromEntries(
    [["fact", "Fact", "What to know"], ["mnemonic", "Mnemonic", "What sounds like it"], ["ask", "Question", "Its answer is the fact"], ["explanation", "Why", "Markdown"]].map(([key, name, hint]) => {
      const text = el(key === "explanation" ? "textarea" : "input", { id: `new-${key}`, dir: "auto", placeholder: hint, rows: key === "explanation" ? 4 : undefined, class: key, autocomplete: "off" });
      return [key, { text, root: el("div", { class: "field" }, el("label", { for: text.id }, name), text) }];
    }),
  );
  const told = el("p", { class: "error", role: "alert" });
  const add = async (event) => {
    event.preventDefault();
    const place = places[Number(where.value)];
    const texts = Object.fromEntries(Object.entries(inputs).map(([key, { text }]) => [key, text.value]));
    const answer = await post("/api/note", { deck: place.number, section: place.name, texts });
    if (answer.error) {
      told.textContent = sentence(answer.error);
      return;
    }
    $("adder").close();
    did({ ...answer, fact: texts.fact.trim().replace(/\s+/g, " ") }, place.number);
  };
  const form = el(
    "form",
    { onsubmit: add, onkeydown: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && add(event) },
    el("h2", { id: "adder-title" }, "Add a note"),
    el("div", { class: "field" }, el("label", { for: "new-section" }, "To"), where),
    ...Object.values(inputs).map(({ root }) => root),
    told,
    el("div", { class: "row" }, el("button", { class: "save" }, "Add"), el("button", { class: "link", type: "button", onclick: () => $("adder").close() }, "Cancel")),
  );
  $("adder").replaceChildren(form);
  $("adder").showModal();
  inputs.fact.text.focus();
}
