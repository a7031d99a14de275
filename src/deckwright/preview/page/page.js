// The page: what keys and buttons do, and what comes from the server.
import { $, el } from "./dom.js";
import { app, arrive, current, fetchState, notes, post, recall, remember, unplaced } from "./app.js";
import { ordered, renew, reveal, setUpList } from "./list.js";
import { fit, setUpStage, showCard } from "./stage.js";
import { edit, sentence, setUpPanel, showPanel } from "./panel.js";
import { setUpFindings, showFindings } from "./findings.js";
import { place, setUpPlace } from "./place.js";
import { addNote, showKeys } from "./dialogs.js";
import { draggedOver, setUpDrop, upload } from "./drop.js";

let awaited = null; // a note that was just added

function showAll() {
  const deck = app.state.decks[current()?.deck ?? 0];
  $("topic").textContent = deck?.topic ?? "Deckwright";
  $("deckname").textContent = deck?.name && deck.name !== deck.topic ? deck.name.replaceAll("::", " › ") : "";
  document.title = deck ? `${deck.topic} · Deckwright` : "Deckwright";
  for (const way of ["undo", "redo"]) {
    $(way).disabled = !app.state[way];
    $(way).title = app.state[way] ? `${way === "undo" ? "Undo" : "Redo"}: ${app.state[way]}` : "";
  }
  $("place").hidden = !unplaced().length;
  $("unplaced").textContent = unplaced().length;
  showFindings();
  showNote();
}

function showNote() {
  remember();
  showCard();
  showPanel();
  showFindings();
  reveal();
}

function select(guid) {
  if (guid !== app.guid) Object.assign(app, { guid, card: 0, side: "front" });
  document.body.classList.remove("menu-open");
  $("menu").setAttribute("aria-expanded", "false");
  showNote();
}

function step(by) {
  const list = ordered();
  const at = list.findIndex((note) => note.guid === app.guid);
  const to = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))];
  if (to) select(to.guid);
}

function flip() {
  app.side = app.side === "front" ? "back" : "front";
  showNote();
}

function toggle(key, value) {
  app[key] = value;
  remember();
  showCard();
  fit();
}

function card(index) {
  const count = current()?.cards.length ?? 0;
  if (!count) return;
  Object.assign(app, { card: (index + count) % count, side: "front" });
  showNote();
}

async function undo(way) {
  const answer = await post(`/api/${way}`);
  toast(answer.error ? sentence(answer.error) : `${way === "undo" ? "Undone" : "Done again"}: ${answer.did}`, { bad: Boolean(answer.error) });
}

let fading = 0;
export function toast(words, { bad = false, undoing = false } = {}) {
  clearTimeout(fading);
  const button = undoing ? el("button", { class: "link", onclick: () => undo("undo") }, "Undo") : null;
  $("toast").replaceChildren(el("div", { class: bad ? "bad" : "" }, el("span", {}, words), button));
  fading = setTimeout(() => $("toast").replaceChildren(), bad ? 9000 : 5000);
}

const did = (what) => toast(`Saved: ${what}`, { undoing: true });

function added(answer, deck) {
  awaited = { deck, index: answer.index, fact: answer.fact };
  did(answer.did);
  if (meet()) {
    renew();
    showAll();
  }
}

// Go to the note that was just added, once it is there.
function meet() {
  const made = awaited && notes().find((note) => note.deck === awaited.deck && note.index === awaited.index && note.fact === awaited.fact);
  if (!made) return false;
  awaited = null;
  Object.assign(app, { guid: made.guid, card: 0, side: "front", search: "", section: "", tag: "" });
  $("search").value = "";
  return true;
}

const actions = {
  select,
  card,
  did,
  ordered,
  key: pressed,
  dragging: draggedOver,
  side: (side) => app.both && side !== app.side && flip(),
  tag: (tag) => {
    app.tag = tag;
    renew();
    reveal();
  },
  add: (deck, section) => addNote(added, deck, section),
  place,
  placed: (guid) => select(guid),
  drop: (event, guid) => upload(event.dataTransfer?.files[0], guid, event),
  toast,
};

const keys = {
  " ": flip,
  Enter: flip,
  ArrowLeft: () => step(-1),
  k: () => step(-1),
  ArrowRight: () => step(1),
  j: () => step(1),
  c: () => card(app.card + 1),
  n: () => toggle("night", !app.night),
  p: () => toggle("device", app.device === "phone" ? "desk" : "phone"),
  b: () => toggle("both", !app.both),
  e: () => current()?.editable && edit(),
  a: () => addNote(added),
  i: () => place(),
  o: () => $("open").href && $("open").click(),
  "/": () => {
    document.body.classList.add("menu-open");
    $("search").focus();
    $("search").select();
  },
  "?": showKeys,
};

function pressed(event) {
  if (!app.state || document.querySelector("dialog[open]") || event.defaultPrevented || event.isComposing) return;
  const { target, key } = event;
  const inCard = target.ownerDocument !== document;
  const writing = target.matches?.("input, textarea, select");
  if (target.id === "search" && (key === "Escape" || key === "Enter")) {
    if (key === "Enter" && ordered()[0]) select(ordered()[0].guid);
    target.blur();
    return;
  }
  if (writing) return;
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") {
    event.preventDefault();
    undo(event.shiftKey ? "redo" : "undo");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if ((key === " " || key === "Enter") && target.closest?.(inCard ? "summary" : "button, a, summary")) return;
  if (target.getAttribute?.("role") === "tab" && key.startsWith("Arrow")) {
    event.preventDefault();
    card(app.card + (key === "ArrowRight" ? 1 : -1));
    return;
  }
  const act = key >= "1" && key <= "9" ? () => Number(key) <= (current()?.cards.length ?? 0) && card(Number(key) - 1) : keys[key];
  if (!act) return;
  event.preventDefault();
  act();
}

function setUp() {
  recall();
  for (const setUpPart of [setUpList, setUpStage, setUpPanel, setUpFindings, setUpPlace, setUpDrop]) setUpPart(actions);
  const clicks = {
    flip,
    previous: () => step(-1),
    next: () => step(1),
    phone: () => toggle("device", "phone"),
    desk: () => toggle("device", "desk"),
    both: keys.b,
    night: keys.n,
    help: showKeys,
    place: () => place(),
    undo: () => undo("undo"),
    redo: () => undo("redo"),
    menu: () => $("menu").setAttribute("aria-expanded", String(document.body.classList.toggle("menu-open"))),
  };
  for (const [id, act] of Object.entries(clicks)) $(id).addEventListener("click", act);
  document.addEventListener("keydown", pressed);
  showCard();
}

// The server tells of new versions; a run of its own after a restart needs a page of its own.
function listen() {
  const events = new EventSource("/events");
  let run = "";
  events.onmessage = async ({ data }) => {
    const news = JSON.parse(data);
    if (run && news.run !== run) location.reload();
    run = news.run;
    document.body.classList.remove("lost");
    if (news.total && news.done < news.total) $("empty").textContent = `Drawing pictures: ${news.done} of ${news.total}`;
    if (!news.version || news.version === app.state?.version) return;
    arrive(await fetchState());
    meet();
    renew();
    showAll();
  };
  events.onerror = () => document.body.classList.add("lost");
}

setUp();
listen();
