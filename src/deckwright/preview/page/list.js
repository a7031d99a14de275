// The notes at the left: only the rows in sight are there, so that thousands stay quick.
import { $, el, icon } from "./dom.js";
import { app, notes, titleOf } from "./app.js";

const HEAD = 44;
const ROW = 50;
const BEYOND = 400;
let rows = [];
let places = [];
let height = 0;
let haystacks = new WeakMap();
let act = {};

export function setUpList(actions) {
  act = actions;
  $("list").addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe($("list"));
  for (const [id, key] of [["search", "search"], ["section", "section"], ["tag", "tag"]])
    $(id).addEventListener("input", () => {
      app[key] = $(id).value;
      renew();
    });
}

// Put the filters' choices and the rows in order, after the state or a filter has changed.
export function renew() {
  const choices = app.state.decks.flatMap((deck) => deck.sections).filter(Boolean);
  fill($("section"), "All sections", [...new Set(choices)], "section");
  fill($("tag"), "All tags", [...new Set(notes().flatMap((note) => note.tags))].sort(), "tag");
  const faults = new Map();
  for (const found of app.state.findings)
    if (found.note) faults.set(found.note, faults.get(found.note) === "error" ? "error" : found.severity);
  const shown = visible();
  rows = [];
  const many = app.state.decks.length > 1;
  app.state.decks.forEach((deck, number) => {
    const own = shown.filter((note) => note.deck === number);
    const bySection = new Map();
    const filtered = app.search || app.section || app.tag;
    for (const name of filtered ? [] : deck.sections) bySection.set(name, []);
    for (const note of own) {
      const name = note.kind === "scene" || note.kind === "occlusion" ? "\0" : note.section;
      if (!bySection.has(name)) bySection.set(name, []);
      bySection.get(name).push(note);
    }
    const top = bySection.get("\0") ?? [];
    bySection.delete("\0");
    for (const note of top.filter((one) => one.kind === "scene")) rows.push({ note });
    for (const [name, inside] of bySection) {
      const title = [many ? deck.topic : "", name].filter(Boolean).join(" › ") || deck.topic;
      rows.push({ title, section: name, deck: number, count: inside.length, open: deck.writable.includes(name) });
      for (const note of inside) rows.push({ note, fault: faults.get(note.guid) });
    }
    for (const note of top.filter((one) => one.kind === "occlusion")) rows.push({ note });
  });
  height = 0;
  places = rows.map((row) => {
    const top = height;
    height += row.note ? ROW : HEAD;
    return top;
  });
  $("rows").style.height = `${height}px`;
  const count = shown.length;
  $("found").textContent = app.search || app.section || app.tag ? `${count} of ${notes().length} notes` : "";
  drawn.clear();
  $("rows").replaceChildren();
  draw();
}

// The notes that the filters let through, in the order of the list.
export function visible() {
  const words = app.search.toLowerCase().split(/\s+/).filter(Boolean);
  return notes().filter((note) => {
    if (app.section && note.section !== app.section) return false;
    if (app.tag && !note.tags.includes(app.tag)) return false;
    if (!haystacks.has(note)) {
      const texts = [titleOf(note), note.mnemonic, note.ask, note.explanation, note.section, ...note.tags];
      haystacks.set(note, texts.join("\n").toLowerCase());
    }
    return words.every((word) => haystacks.get(note).includes(word));
  });
}

export const ordered = () => rows.filter((row) => row.note).map((row) => row.note);

export function reveal() {
  const at = rows.findIndex((row) => row.note?.guid === app.guid);
  const list = $("list");
  if (at >= 0) {
    const { scrollTop, clientHeight } = list;
    if (places[at] < scrollTop + HEAD) list.scrollTop = places[at] - HEAD;
    else if (places[at] + ROW > scrollTop + clientHeight) list.scrollTop = places[at] + ROW - clientHeight + 12;
  }
  for (const [index, row] of drawn) mark(row, rows[index]);
  draw();
}

const drawn = new Map();

function draw() {
  const { scrollTop, clientHeight } = $("list");
  const from = Math.max(0, lower(scrollTop - BEYOND));
  const to = Math.min(rows.length, lower(scrollTop + clientHeight + BEYOND) + 1);
  for (const [index, row] of drawn)
    if ((index < from || index >= to) && !row.contains(document.activeElement)) {
      row.remove();
      drawn.delete(index);
    }
  for (let index = from; index < to; index++)
    if (!drawn.has(index)) {
      const row = rows[index].note ? noteRow(rows[index]) : headRow(rows[index]);
      row.style.top = `${places[index]}px`;
      row.setAttribute("aria-setsize", rows.length);
      row.setAttribute("aria-posinset", index + 1);
      drawn.set(index, row);
      $("rows").append(row);
    }
}

// The first row that ends below a height.
function lower(wanted) {
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (places[middle] <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

function headRow(row) {
  const add = row.open
    ? el("button", { class: "icon", title: `Add a note to ${row.title}`, onclick: () => act.add(row.deck, row.section) }, icon("plus"), el("span", { class: "unseen" }, `Add a note to ${row.title}`))
    : null;
  return el("div", { class: "head", role: "listitem" }, el("h2", {}, row.title), el("span", { class: "count" }, String(row.count)), add);
}

function noteRow(row) {
  const { note } = row;
  const state = note.picture && note.picture !== "none" ? "has-picture" : note.editable ? "no-picture" : "made";
  const words = { error: "has an error", warning: "has advice" }[row.fault];
  const button = el(
    "button",
    { onclick: () => act.select(note.guid), ondragover: (event) => event.preventDefault(), ondrop: (event) => act.drop(event, note.guid) },
    el("i", { class: `dot ${state}` }),
    el("span", { class: "words" }, el("span", { class: "fact" }, titleOf(note)), el("span", { class: "fun" }, note.editable ? note.mnemonic || note.ask : note.cards.length > 1 ? `${note.cards.length} cards` : "made of its notes")),
    words ? el("i", { class: `fault ${row.fault}`, title: words }, el("span", { class: "unseen" }, words)) : null,
  );
  const made = el("div", { class: `entry${note.retired ? " retired" : ""}`, role: "listitem" }, button);
  mark(made, row);
  return made;
}

function mark(element, row) {
  if (!row?.note) return;
  const here = row.note.guid === app.guid;
  element.classList.toggle("here", here);
  const button = element.firstChild;
  button.tabIndex = here ? 0 : -1;
  if (here) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
}

function fill(select, all, names, key) {
  const wanted = [all, ...names].join("\n");
  if (select.dataset.names !== wanted) {
    select.dataset.names = wanted;
    select.replaceChildren(el("option", { value: "" }, all), ...names.map((name) => el("option", { value: name }, name)));
  }
  if (!names.includes(app[key])) app[key] = "";
  select.value = app[key];
  select.hidden = names.length === 0;
}
