// "Place pictures": the scene large, a box dragged around what each note means.
import { $, el } from "./dom.js";
import { app, notes, post, unplaced } from "./app.js";
import { sentence } from "./panel.js";

const LEAST = 1; // percent
let act = {};
let queue = [];
let at = 0;
let box = null;
let parts = {};

export function setUpPlace(actions) {
  act = actions;
  const dialog = $("placer");
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    finish();
  });
  dialog.addEventListener("keydown", pressed);
}

// Walk the notes without a picture, from one of them on or for one alone.
export function place(guid = "") {
  const all = unplaced().map((note) => note.guid);
  queue = guid && !all.includes(guid) ? [guid] : all;
  at = Math.max(0, queue.indexOf(guid));
  if (!queue.length) return;
  build();
  $("placer").showModal();
  show();
}

const note = () => notes().find((one) => one.guid === queue[at]);

function build() {
  const board = el("div", { class: "board", tabindex: 0, role: "application", "aria-label": "The scene. Arrow keys move the box, with Shift they size it, Enter keeps it." });
  const image = el("img", { alt: "", draggable: "false" });
  const others = el("div", { class: "others" });
  const mine = el("div", { class: "mine", hidden: true }, ...["nw", "ne", "sw", "se"].map((corner) => el("i", { class: corner })));
  const task = el("h2", {});
  const hint = el("p", { class: "hint" });
  const told = el("p", { class: "error", role: "alert" });
  const keep = el("button", { class: "save", onclick: keepIt }, "Keep");
  const skip_ = el("button", { class: "quiet", onclick: skip }, "Skip");
  const close = el("button", { class: "quiet", onclick: finish }, "Done");
  board.append(image, others, mine);
  image.addEventListener("load", fit);
  board.addEventListener("pointerdown", down);
  $("placer").replaceChildren(el("header", {}, el("div", {}, task, hint), el("div", { class: "row" }, keep, skip_, close)), told, el("div", { class: "easel" }, board));
  parts = { board, image, others, mine, task, hint, told, keep };
  new ResizeObserver(fit).observe(board.parentElement);
}

function show() {
  const one = note();
  if (!one || one.scene === null) {
    next();
    return;
  }
  const { image, others, task, hint, told, board } = parts;
  const many = queue.length > 1 ? ` (${at + 1} of ${queue.length})` : "";
  task.replaceChildren("Drag around: ", el("b", {}, one.mnemonic || one.fact), many);
  hint.replaceChildren(one.mnemonic ? `It stands for ${one.fact}. ` : "", el("span", { class: "keys" }, "Arrows move the box, with Shift they size it; Enter keeps it, S skips, Esc leaves."));
  told.textContent = "";
  const source = `/media/${app.state.scenes[one.scene].picture}`;
  if (image.getAttribute("src") !== source) image.src = source;
  const near = notes().filter((other) => other.guid !== one.guid && other.scene === one.scene && other.region);
  others.replaceChildren(...near.map((other) => lay(el("div", {}, el("span", {}, other.fact)), other.region)));
  box = one.picture === "region" && one.region ? [...one.region] : null;
  draw();
  board.focus();
}

function lay(element, [x, y, wide, high]) {
  Object.assign(element.style, { left: `${x}%`, top: `${y}%`, width: `${wide}%`, height: `${high}%` });
  return element;
}

function draw() {
  parts.mine.hidden = !box;
  parts.keep.disabled = !box;
  if (box) lay(parts.mine, box);
}

// As large as there is room, at the picture's own ratio.
function fit() {
  const { board, image } = parts;
  const room = board.parentElement.getBoundingClientRect();
  if (!image.naturalWidth || !room.width) return;
  const scale = Math.min(room.width / image.naturalWidth, room.height / image.naturalHeight);
  board.style.width = `${image.naturalWidth * scale}px`;
  board.style.height = `${image.naturalHeight * scale}px`;
}

const point = (event) => {
  const { left, top, width, height } = parts.board.getBoundingClientRect();
  const share = (value) => Math.min(100, Math.max(0, 100 * value));
  return [share((event.clientX - left) / width), share((event.clientY - top) / height)];
};

function down(event) {
  if (event.button) return;
  event.preventDefault();
  const { board } = parts;
  board.focus();
  const start = point(event);
  const corner = event.target.tagName === "I" ? event.target.className : "";
  const inside = event.target === parts.mine;
  const old = box && [...box];
  const anchor = corner ? [corner.endsWith("w") ? old[0] + old[2] : old[0], corner.startsWith("n") ? old[1] + old[3] : old[1]] : start;
  const move = (moved) => {
    const [x, y] = point(moved);
    if (inside) box = moveBy(old, x - start[0], y - start[1]);
    else box = [Math.min(anchor[0], x), Math.min(anchor[1], y), Math.abs(x - anchor[0]), Math.abs(y - anchor[1])];
    draw();
  };
  // The window hears a held button wherever it goes; a capture may be lost under way.
  const held = new AbortController();
  const { signal } = held;
  const up = () => {
    held.abort();
    if (box && (box[2] < LEAST || box[3] < LEAST)) box = old;
    draw();
  };
  addEventListener("pointermove", move, { signal });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, up, { signal });
}

const moveBy = ([x, y, wide, high], right, below) => [
  Math.min(100 - wide, Math.max(0, x + right)),
  Math.min(100 - high, Math.max(0, y + below)),
  wide,
  high,
];

function pressed(event) {
  event.stopPropagation();
  if (event.target.tagName === "BUTTON" && event.key !== "Escape") return;
  const step = event.altKey ? 0.2 : 1;
  const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const way = ways[event.key];
  if (way) {
    event.preventDefault();
    if (!box) box = [40, 40, 20, 20];
    else if (event.shiftKey) box = [box[0], box[1], Math.min(100 - box[0], Math.max(LEAST, box[2] + way[0])), Math.min(100 - box[1], Math.max(LEAST, box[3] + way[1]))];
    else box = moveBy(box, ...way);
    draw();
  } else if (event.key === "Enter") {
    event.preventDefault();
    keepIt();
  } else if (event.key === "s") {
    skip();
  }
}

async function keepIt() {
  const one = note();
  if (!box || !one) return;
  const kept = box.map((number) => Math.round(10 * number) / 10);
  parts.keep.disabled = true;
  const answer = await post("/api/region", { note: one.guid, region: kept });
  if (answer.error) {
    parts.told.textContent = sentence(answer.error);
    parts.keep.disabled = false;
    return;
  }
  Object.assign(one, { region: kept, picture: "region" });
  act.did(answer.did);
  next();
}

const skip = () => next();

function next() {
  at += 1;
  if (at < queue.length) show();
  else finish();
}

function finish() {
  $("placer").close();
  act.placed(queue[Math.min(at, queue.length - 1)]);
}
