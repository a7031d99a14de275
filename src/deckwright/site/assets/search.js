// Search over all notes of the site. Its index lies in `search/`: what the files hold stands in site/search.py.
// They come as scripts, since a page that was opened from disk may read nothing else.
"use strict";
(() => {
  const SHOWN = 50;
  const MOST_WORDS = 16;
  const LONGEST_WORD = 12; // as in site/folding.py, like all that folds and cuts here
  const LONGEST_PIECE = 4;
  const SPELT = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", ı: "i", ς: "σ" };
  const UNSPACED =
    "\\u0e00-\\u0eff\\u1000-\\u109f\\u1100-\\u11ff\\u1780-\\u17ff\\u3005-\\u3007\\u3031-\\u318f\\u31a0-\\u31ff" +
    "\\u3400-\\u9fff\\uac00-\\ud7ff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const STRETCH = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
  const PIECES = new RegExp(`^[${UNSPACED}]`, "u");

  const $ = (id) => document.getElementById(id);
  const input = $("query");
  const waiting = new Map();
  const loaded = new Map();
  let newest = 0;
  let answering = Promise.resolve();

  /* texts */

  function fold(text) {
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return plain.replace(/[ßæœøđðłıς]/g, (letter) => SPELT[letter]).normalize("NFC");
  }

  const wordsOf = (text) => (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((run) => run.match(STRETCH));

  const spaced = (words) => ` ${words.join(" ")}`;

  const has = (text, word) => text.includes(PIECES.test(word) ? word : ` ${word}`);

  /* the index */

  window.deckwrightFound = (name, data) => waiting.get(name)?.(data);

  // The promise of what is read from a file: null if it cannot be had, and then it is asked for again next time.
  function load(name, read) {
    if (!loaded.has(name)) loaded.set(name, new Promise((resolve) => fetchScript(name, read, resolve)));
    return loaded.get(name);
  }

  function fetchScript(name, read, resolve) {
    const script = document.createElement("script");
    const done = (data) => {
      waiting.delete(name);
      script.remove();
      if (data === null) loaded.delete(name);
      resolve(data && read(data));
    };
    waiting.set(name, done);
    script.onload = script.onerror = () => waiting.has(name) && done(null);
    script.src = `search/${name}.js`;
    document.head.append(script);
  }

  const tree = () => load("tree", (cut) => new Map(Object.entries(cut)));

  function shard(prefix) {
    const bytes = [...new TextEncoder().encode(prefix)];
    const name = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return load(name, (decks) => decks.flatMap(([slug, title, notes]) => notes.map((note) => found(slug, title, note))));
  }

  function found(slug, title, [anchor, fact, mnemonic]) {
    const inFact = spaced(wordsOf(fact));
    const text = inFact + spaced(wordsOf(mnemonic));
    return { at: `${encodeURIComponent(slug)}/index.html#${encodeURIComponent(anchor)}`, title, fact, mnemonic, inFact, text };
  }

  // The beginning of a word whose shard has all notes with the word, or the first of them; null if none has it.
  function prefixOf(word, cut) {
    let prefix = "";
    for (const letter of [...word].slice(0, PIECES.test(word) ? LONGEST_PIECE : LONGEST_WORD)) {
      if (!cut.has(prefix)) break;
      if (!cut.get(prefix).includes(letter)) return null;
      prefix += letter;
    }
    return prefix;
  }

  /* a query and its answer */

  async function answer(words) {
    const cut = await tree();
    if (cut === null) return null;
    const prefixes = words.map((word) => prefixOf(word, cut));
    if (prefixes.includes(null)) return { notes: [], more: false };
    const [whole] = prefixes.filter((prefix) => !cut.has(prefix)).sort((a, b) => b.length - a.length);
    const shards = await Promise.all((whole ? [whole] : [...new Set(prefixes)]).map(shard));
    if (shards.includes(null)) return null;
    const notes = new Map(shards.flat().map((note) => [note.at, note]));
    return { notes: ranked([...notes.values()], words), more: !whole };
  }

  function ranked(notes, words) {
    const opening = spaced(words);
    const rank = (note) => (note.inFact.startsWith(opening) ? 0 : words.every((word) => has(note.inFact, word)) ? 1 : 2);
    const fitting = notes.filter((note) => words.every((word) => has(note.text, word)));
    const ranks = new Map(fitting.map((note) => [note, rank(note)]));
    return fitting.sort((one, other) => ranks.get(one) - ranks.get(other));
  }

  async function ask() {
    const number = ++newest;
    const query = input.value.trim();
    const words = [...new Set(wordsOf(query))].slice(0, MOST_WORDS);
    if (!query) return show([], "", false);
    const answered = words.length ? await answer(words) : { notes: [], more: false };
    if (number !== newest) return;
    show(answered?.notes.slice(0, SHOWN) ?? [], told(answered), true);
    remember(query);
  }

  function told(answered) {
    if (answered === null) return "The search could not be loaded. Try again.";
    const { notes, more } = answered;
    if (more && notes.length) return `${Math.min(SHOWN, notes.length)} of many notes. Type more to narrow it down.`;
    if (more) return "Type more to narrow it down.";
    if (notes.length > SHOWN) return `The first ${SHOWN} of ${notes.length} notes`;
    return notes.length === 1 ? "1 note" : notes.length ? `${notes.length} notes` : "No note has these words.";
  }

  /* the page */

  function text(tag, name, words) {
    const made = document.createElement(tag);
    made.className = name;
    made.dir = "auto";
    made.textContent = words;
    return made;
  }

  function result(note) {
    const item = document.createElement("li");
    const link = text("a", "hit", "");
    link.href = note.at;
    link.append(text("span", "fact", note.fact));
    if (note.mnemonic) link.append(text("span", "mnemonic", note.mnemonic));
    link.append(text("span", "label", note.title));
    item.append(link);
    return item;
  }

  function show(notes, words, searching) {
    $("hits").replaceChildren(...notes.map(result));
    $("told").textContent = words;
    $("found").hidden = !searching;
    $("shelf").hidden = searching;
    if (!searching) remember("");
  }

  // In the address, so that Back from a note leads to what was found.
  function remember(query) {
    const hash = query && `#q=${encodeURIComponent(query)}`;
    if (hash || location.hash.startsWith("#q=")) history.replaceState(null, "", hash || location.pathname + location.search);
  }

  function remembered(hash) {
    try {
      return hash.startsWith("#q=") ? decodeURIComponent(hash.slice(3)) : null;
    } catch {
      return null; // half of a letter: somebody cut the address short
    }
  }

  function askAddress(hash) {
    const query = remembered(hash);
    if (query !== null) input.value = query;
    if (!input.value.trim()) return;
    $("shelf").hidden = true; // from the first paint on
    answering = ask();
  }

  // An answer that came in between may have put its own query into the address: the event knows what was meant.
  function addressChanged({ newURL }) {
    const { hash } = new URL(newURL);
    if (hash !== "#shelf") return askAddress(hash);
    input.value = "";
    answering = ask();
    $("shelf").scrollIntoView();
  }

  function clear() {
    input.value = "";
    answering = ask();
    input.focus();
  }

  function step(event, by) {
    const stops = [input, ...$("hits").querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + by];
    if (!stops.includes(document.activeElement) || !next) return;
    event.preventDefault();
    next.focus();
  }

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const inside = event.target.closest?.("#finder, #found");
    if (event.key === "/" && !event.target.matches?.("input, textarea, select")) {
      event.preventDefault();
      input.select();
    } else if (inside && event.key === "ArrowDown") step(event, 1);
    else if (inside && event.key === "ArrowUp") step(event, -1);
    else if (inside && event.key === "Escape" && input.value) {
      event.preventDefault();
      clear();
    }
  }

  // Enter leads to the first answer, and there opens it; on a phone the keyboard makes room for what was found.
  async function submitted(event) {
    event.preventDefault();
    await answering;
    $("hits").querySelector("a")?.focus();
  }

  input.addEventListener("input", () => (answering = ask()));
  addEventListener("load", tree); // a few kilobytes, and the first answer comes sooner
  $("finder").addEventListener("submit", submitted);
  document.addEventListener("keydown", pressed);
  addEventListener("hashchange", addressChanged);
  askAddress(location.hash);
})();
