// What the page knows: the server's state, and where in it one is.
export const app = {
  state: null,
  guid: "",
  card: 0,
  side: "front",
  device: "phone",
  both: false,
  night: matchMedia("(prefers-color-scheme: dark)").matches,
  search: "",
  section: "",
  tag: "",
  drafts: new Map(),
  at: { deck: 0, index: 0 },
};

const token = document.querySelector('meta[name="token"]').content;

export const notes = () => app.state?.notes ?? [];
export const current = () => notes().find((note) => note.guid === app.guid) ?? null;
export const titleOf = (note) =>
  note.kind === "mnemonic" ? note.fact : { scene: "The whole scene", sweep: `All of ${note.section || "it"}`, occlusion: "Hidden parts" }[note.kind] ?? note.fact;
export const unplaced = () => notes().filter((note) => note.editable && note.picture === "" && note.scene !== null);

export async function fetchState() {
  const answer = await fetch("/api/state");
  return answer.json();
}

// Ask for a change; the answer has `error` where it was not made.
export async function post(path, body, raw = false) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "x-deckwright": token },
      body: raw ? body : JSON.stringify(body ?? {}),
    });
    const type = answer.headers.get("content-type") ?? "";
    if (!type.includes("json")) return { error: (await answer.text()).trim() };
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return { error: "the server does not answer; is `deckwright preview` still running?" };
  }
}

// Stay with the same note when the state is another: by its guid, else by where it stood.
export function arrive(state) {
  const fresh = state.notes;
  const before = app.guid;
  if (!fresh.some((note) => note.guid === before)) {
    const same = fresh.filter((note) => note.deck === app.at.deck && note.kind === (app.at.kind ?? "mnemonic"));
    const near = same.filter((note) => note.index <= app.at.index);
    const found = same.find((note) => note.index === app.at.index) ?? near[near.length - 1] ?? fresh[0];
    if (found && found.index === app.at.index) moveDrafts(before, found.guid);
    app.guid = found?.guid ?? "";
  }
  app.state = state;
  remember();
}

export function remember() {
  const note = current();
  if (!note) return;
  app.at = { deck: note.deck, index: note.index, kind: note.kind };
  if (app.card >= note.cards.length) app.card = 0;
  const { guid, card, side, device, both, night, at } = app;
  sessionStorage.setItem("place", JSON.stringify({ guid, card, side, device, both, night, at }));
}

export function recall() {
  try {
    Object.assign(app, JSON.parse(sessionStorage.getItem("place") ?? "{}"));
    const kept = JSON.parse(sessionStorage.getItem("drafts") ?? "[]");
    app.drafts = new Map(kept);
  } catch {
    sessionStorage.clear();
  }
}

export function keepDrafts() {
  sessionStorage.setItem("drafts", JSON.stringify([...app.drafts]));
}

function moveDrafts(from, to) {
  for (const [key, draft] of [...app.drafts]) {
    const [guid, field] = key.split("/");
    if (guid !== from) continue;
    app.drafts.delete(key);
    app.drafts.set(`${to}/${field}`, draft);
  }
  keepDrafts();
}
