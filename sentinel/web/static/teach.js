// One key a post: n, u, p press the button that shows it, s follows the link. Without this file, taps do the same.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, select, textarea")) return;
  const key = event.key.toLowerCase();
  for (const each of document.querySelectorAll("[data-key]")) {
    if (each.dataset.key === key) {
      event.preventDefault();
      each.click();
      return;
    }
  }
});
