// Puts a copy button under each ready text; without it (or without the clipboard) the text is selected by hand.
"use strict";
(() => {
  if (!navigator.clipboard) return;
  const add = () => {
    const drafts = document.getElementById("drafts");
    if (!drafts) return;
    for (const area of drafts.querySelectorAll(".draft:not(:has(button)) textarea[readonly]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = drafts.dataset.copy;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(area.value);
        button.textContent = drafts.dataset.copied;
      });
      area.closest(".draft").append(button);
    }
  };
  add();
  const live = document.getElementById("live"); // an open page may be drawn anew
  if (live) new MutationObserver(add).observe(live, { childList: true });
})();
