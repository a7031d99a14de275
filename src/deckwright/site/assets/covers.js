// Covers, as they come near: what browsers call lazy begins a screen or two too early for a long shelf.
"use strict";
(() => {
  function hang(cover) {
    const { src, width, height } = cover.dataset;
    const picture = Object.assign(new Image(width, height), { alt: "", decoding: "async", src });
    cover.replaceChildren(picture);
  }

  const watch = new IntersectionObserver(
    (seen) => {
      for (const { target } of seen.filter((one) => one.isIntersecting)) {
        watch.unobserve(target);
        hang(target);
      }
    },
    { rootMargin: "150px" },
  );
  for (const cover of document.querySelectorAll(".cover[data-src]")) watch.observe(cover);
})();
