// The card in its frames. A new side is loaded behind the old one and put in its place when it is there.
import { $, el } from "./dom.js";
import { app, current } from "./app.js";

const SIZES = { phone: [390, 780], desk: [1280, 800] };
let act = {};

export function setUpStage(actions) {
  act = actions;
  new ResizeObserver(fit).observe($("frames"));
}

class Frame {
  constructor(side) {
    this.side = side;
    this.key = "";
    this.glass = el("div", { class: "glass" });
    this.caption = el("figcaption", {}, side === "front" ? "Front" : "Back");
    this.root = el("figure", { class: "frame", "data-side": side }, el("div", { class: "case" }, this.glass), this.caption);
    this.root.addEventListener("click", () => act.side(side));
  }

  show(note, card) {
    const place = `${note.guid}/${card.ordinal}/${this.side}`;
    const key = `${place}/${note.look}/${app.night}`;
    if (key === this.key) return;
    this.key = key;
    const { version } = app.state;
    const next = el("iframe", {
      sandbox: "allow-same-origin",
      "data-place": place,
      title: `${this.side === "front" ? "Front" : "Back"} of the card`,
      src: `/card/${version}/${note.deck}/${card.at}/${card.ordinal}/${this.side}?night=${app.night ? 1 : 0}`,
    });
    next.addEventListener("load", () => this.loaded(next, key));
    this.glass.append(next);
    fit();
  }

  loaded(frame, key) {
    if (key !== this.key || !frame.contentDocument) {
      frame.remove();
      if (key === this.key) this.key = "";
      return;
    }
    const page = frame.contentDocument;
    const turned = this.side === "back" ? page.getElementById("answer") : null;
    const kept = this.view(frame.dataset.place);
    if (kept) restore(page, kept);
    else turned?.scrollIntoView();
    page.addEventListener("keydown", act.key);
    page.addEventListener("dragenter", act.dragging);
    page.addEventListener("click", (event) => {
      if (event.target.closest("a")) event.preventDefault();
    });
    for (const old of [...this.glass.children]) if (old !== frame) old.remove();
    frame.classList.add("there");
  }

  // What its reader has made of the side that is shown, if it is the one of that place.
  view(place) {
    const shown = this.glass.querySelector("iframe.there");
    const page = shown?.dataset.place === place && shown.contentDocument;
    if (!page) return null;
    return { top: page.documentElement.scrollTop, open: [...page.querySelectorAll("details")].map((one) => one.open) };
  }
}

function restore(page, { top, open }) {
  page.querySelectorAll("details").forEach((one, index) => {
    if (index < open.length) one.open = open[index];
  });
  page.documentElement.scrollTop = top;
}

const frames = { front: new Frame("front"), back: new Frame("back") };

export function showCard() {
  const note = current();
  const card = note?.cards[app.card];
  $("frames").hidden = !card;
  $("empty").hidden = Boolean(card);
  document.body.classList.toggle("desk", app.device === "desk");
  for (const id of ["phone", "desk"]) $(id).setAttribute("aria-pressed", String(app.device === id));
  $("both").setAttribute("aria-pressed", String(app.both));
  $("night").setAttribute("aria-pressed", String(app.night));
  document.documentElement.classList.toggle("night", app.night);
  $("flip").textContent = app.side === "front" ? "Show answer" : "Back to the front";
  $("flip").disabled = !card;
  tabs(note);
  if (!card) {
    const waiting = !app.state || app.state.version === 0;
    $("empty").textContent = waiting ? "Reading your deck…" : note ? "This note makes no card as it stands." : "No notes yet.";
    return;
  }
  const sides = app.both ? ["front", "back"] : [app.side];
  for (const side of ["front", "back"]) {
    const { root } = frames[side];
    if (!sides.includes(side)) root.remove();
    else if (!root.isConnected) {
      if (side === "front") $("frames").prepend(root);
      else $("frames").append(root);
      frames[side].key = "";
    }
    root.classList.toggle("here", side === app.side);
  }
  $("frames").classList.toggle("both", app.both);
  for (const side of sides) frames[side].show(note, card);
}

// Make each frame as large as there is room for it.
export function fit() {
  const room = $("frames").getBoundingClientRect();
  const count = $("frames").childElementCount;
  if (!room.width || !count) return;
  const small = matchMedia("(max-width: 760px)").matches;
  const beside = app.both && !small && app.device === "phone" ? count : 1;
  const above = app.both && !small && app.device === "desk" ? count : 1;
  let [width, height] = SIZES[app.device];
  if (small && app.device === "phone") [width, height] = [room.width, Math.max(460, innerHeight * 0.62)];
  const edge = small ? 0 : 28;
  const caption = app.both ? 26 : 0;
  const across = (room.width - edge * beside) / beside / width;
  const down = small ? 1 : (room.height - (edge + caption) * above) / above / height;
  const scale = Math.max(small ? 0.2 : 0.42, Math.min(1, across, down));
  for (const { root, glass } of Object.values(frames)) {
    glass.style.width = `${width * scale}px`;
    glass.style.height = `${height * scale}px`;
    for (const [name, value] of [["--scale", scale], ["--wide", `${width}px`], ["--high", `${height}px`]]) root.style.setProperty(name, value);
  }
}

function tabs(note) {
  const cards = note?.cards ?? [];
  const wanted = JSON.stringify([cards.map((card) => card.name), app.card]);
  if ($("cards").dataset.shown === wanted) return;
  $("cards").dataset.shown = wanted;
  const focused = $("cards").contains(document.activeElement);
  $("cards").replaceChildren(
    ...cards.map((card, index) =>
      el("button", {
        role: "tab",
        "aria-selected": String(index === app.card),
        tabindex: index === app.card ? 0 : -1,
        title: index < 9 ? `Key ${index + 1}` : undefined,
        onclick: () => act.card(index),
      }, card.name),
    ),
  );
  if (focused) $("cards").querySelector('[aria-selected="true"]')?.focus();
}
