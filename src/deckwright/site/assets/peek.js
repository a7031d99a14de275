// A symbol of a picture shows its note in a window of its own; without this script it is a link to the note.
"use strict";
(() => {
  const dialog = document.getElementById("peek");
  const room = document.getElementById("peeked");

  function copied(note) {
    const copy = note.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("[id], [aria-labelledby]")]) {
      one.removeAttribute("id");
      one.removeAttribute("aria-labelledby");
    }
    const fact = copy.querySelector(".fact");
    const heading = document.createElement("h2"); // in a window of its own nothing stands above it
    heading.className = "fact";
    heading.append(...fact.childNodes);
    fact.replaceWith(heading);
    return copy;
  }

  function peek(event) {
    const link = event.target.closest(".scene a");
    const note = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!note || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    room.replaceChildren(copied(note));
    dialog.showModal();
  }

  document.addEventListener("click", peek);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
})();
