// Flip through the cards: each side in a frame of its own, in which nothing runs, as Anki would show it.
"use strict";
var deckwrightCards;
(() => {
  const $ = (id) => document.getElementById(id);
  const dialog = $("study");
  const files = [...$("stacks").children].map((one) => ({ ...one.dataset, cards: Number(one.dataset.cards) }));
  const loaded = new Map();
  const waiting = new Map();
  const FAR = 48; // pixels that make a swipe
  let order = [];
  let at = 0;
  let turned = false;
  let shown = 0; // counts what was asked for, so that a slow card never replaces a later one

  deckwrightCards = (number, cards) => {
    loaded.set(number, cards);
    waiting.get(number)?.();
  };

  function stack(number) {
    if (loaded.has(number)) return Promise.resolve(loaded.get(number));
    return new Promise((done) => {
      waiting.set(number, () => done(loaded.get(number)));
      const script = document.createElement("script");
      script.src = files[number - 1].file;
      script.addEventListener("error", () => done(null));
      document.head.append(script);
    });
  }

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  }

  function page(card, side) {
    const night = document.documentElement.classList.contains("night");
    const media = escaped(new URL(dialog.dataset.media, document.baseURI).href);
    return (
      `<!doctype html><html class="${night ? "night-mode" : ""}"><head><meta charset="utf-8">` +
      `<base href="${media}" target="_blank"><title>${side}</title><link rel="stylesheet" href="${escaped(card.look)}">` +
      `</head><body class="card card${card.number}${night ? " nightMode night_mode" : ""}">` +
      `<div id="qa">${card[side]}</div></body></html>`
    );
  }

  function frame(card, side) {
    const made = document.createElement("iframe");
    made.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    made.title = side === "front" ? "Front of the card" : "Back of the card";
    made.srcdoc = page(card, side);
    made.addEventListener("load", () => arrived(made));
    return made;
  }

  function arrived(made) {
    const inner = made.contentDocument;
    inner.addEventListener("keydown", key);
    inner.addEventListener("click", (event) => {
      if (!event.target.closest("a, summary, audio, button")) flip();
    });
    watchSwipes(inner);
    if (turned) inner.getElementById("answer")?.scrollIntoView();
    for (const old of [...$("stage").children]) if (old !== made) old.remove();
    made.classList.add("there");
    $("stage").dataset.card = `${at}${turned ? "b" : "f"}`;
  }

  function watchSwipes(inner) {
    let from = null;
    inner.addEventListener("touchstart", ({ changedTouches: [one] }) => (from = [one.clientX, one.clientY]), { passive: true });
    inner.addEventListener("touchend", ({ changedTouches: [one] }) => {
      if (!from) return;
      const [across, down] = [one.clientX - from[0], one.clientY - from[1]];
      from = null;
      if (Math.abs(across) > FAR && Math.abs(across) > 2 * Math.abs(down)) step(across < 0 ? 1 : -1);
    });
  }

  async function show() {
    const turn = ++shown;
    const [number, index] = order[at];
    const cards = await stack(number);
    if (turn !== shown) return;
    const card = cards?.[index];
    $("where").textContent = card
      ? `${at + 1} of ${order.length} · ${card.shape}`
      : "This card could not be loaded: the folder cards/ is missing beside the page.";
    $("flip").textContent = turned ? "Question" : "Answer";
    $("back").disabled = at === 0;
    $("on").disabled = at === order.length - 1;
    const report = card && document.getElementById(card.note)?.querySelector(".report");
    $("told").hidden = !report;
    if (report) $("told").href = report.href;
    if (card) $("stage").append(frame(card, turned ? "back" : "front"));
    else $("stage").replaceChildren();
    const next = order[at + 1];
    if (next) stack(next[0]);
  }

  function flip() {
    turned = !turned;
    show();
  }

  function step(by) {
    if (at + by < 0 || at + by >= order.length) return;
    at += by;
    turned = false;
    show();
  }

  function deal() {
    const section = $("stack").value;
    order = files.flatMap((one, index) =>
      section === "" || one.section === section ? Array.from({ length: one.cards }, (_, card) => [index + 1, card]) : [],
    );
    if ($("shuffle").getAttribute("aria-pressed") === "true") mix(order);
    at = 0;
    turned = false;
    show();
  }

  function mix(cards) {
    for (let last = cards.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [cards[last], cards[other]] = [cards[other], cards[last]];
    }
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typed = event.target.closest?.("select, a, summary, button");
    if (event.key === "ArrowRight" && typed?.tagName !== "SELECT") step(1);
    else if (event.key === "ArrowLeft" && typed?.tagName !== "SELECT") step(-1);
    else if ((event.key === " " || event.key === "Enter") && !typed) flip();
    else if (event.key === "Escape" && event.target.ownerDocument !== document) dialog.close();
    else return;
    event.preventDefault();
  }

  function open(section) {
    $("stack").value = section;
    dialog.showModal();
    $("flip").focus();
    deal();
  }

  dialog.addEventListener("keydown", key);
  dialog.addEventListener("close", () => {
    shown++;
    $("stage").replaceChildren();
  });
  $("flip").addEventListener("click", flip);
  $("on").addEventListener("click", () => step(1));
  $("back").addEventListener("click", () => step(-1));
  $("leave").addEventListener("click", () => dialog.close());
  $("stack").addEventListener("change", deal);
  $("shuffle").addEventListener("click", ({ currentTarget: button }) => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    deal();
  });
  document.addEventListener("night", () => dialog.open && show());
  $("study-all").hidden = files.length === 0;
  $("study-all").addEventListener("click", () => open(""));
  for (const one of document.querySelectorAll("[data-study]")) {
    one.hidden = false;
    one.addEventListener("click", () => open(one.dataset.study));
  }
})();
