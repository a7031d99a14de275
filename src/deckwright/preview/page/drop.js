// A picture dropped on a note, or chosen for it.
import { $ } from "./dom.js";
import { app, current, post } from "./app.js";
import { sentence } from "./panel.js";

let act = {};
let leaving = 0;

export function setUpDrop(actions) {
  act = actions;
  document.addEventListener("dragenter", draggedOver);
  document.addEventListener("dragover", (event) => {
    draggedOver();
    event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.defaultPrevented) upload(event.dataTransfer?.files[0], app.guid, event);
  });
  $("file").addEventListener("change", () => {
    upload($("file").files[0], app.guid);
    $("file").value = "";
  });
}

// While something is dragged, cards let it through to the page.
export function draggedOver() {
  document.body.classList.add("dragging");
  clearTimeout(leaving);
  leaving = setTimeout(() => document.body.classList.remove("dragging"), 250);
}

export async function upload(file, guid, event) {
  event?.preventDefault();
  document.body.classList.remove("dragging");
  if (!file) return;
  if (guid !== app.guid) act.select(guid);
  if (!current()?.editable) {
    act.toast("Choose a note first: this card is made of several.", { bad: true });
    return;
  }
  act.toast(`Adding ${file.name}…`);
  const query = new URLSearchParams({ note: guid, name: file.name });
  const answer = await post(`/api/picture?${query}`, file, true);
  if (answer.error) act.toast(sentence(answer.error), { bad: true });
  else act.did(answer.did);
}
