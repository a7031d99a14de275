// Night as the reader's system has it, or as they chose it here. Runs before anything is painted.
"use strict";
(() => {
  const remembered = () => {
    try {
      return localStorage.getItem("night");
    } catch {
      return null; // some browsers keep nothing for pages from disk
    }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = remembered();
  const isNight = () => (chosen === null ? dark.matches : chosen === "1");
  const show = () => {
    document.documentElement.classList.toggle("night", isNight());
    document.documentElement.classList.toggle("day", !isNight());
    document.getElementById("night")?.setAttribute("aria-pressed", String(isNight()));
    document.dispatchEvent(new Event("night"));
  };
  const choose = () => {
    chosen = isNight() ? "0" : "1";
    try {
      localStorage.setItem("night", chosen);
    } catch {
      // it lasts until the page is left
    }
    show();
  };
  show();
  dark.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("night");
    button.hidden = false;
    button.addEventListener("click", choose);
    show();
  });
})();
