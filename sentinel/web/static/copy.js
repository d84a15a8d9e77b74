// Puts a copy button under each ready text; without it (or without the clipboard) the text is selected by hand.
"use strict";
(() => {
  const drafts = document.getElementById("drafts");
  if (!drafts || !navigator.clipboard) return;
  for (const area of drafts.querySelectorAll("textarea[readonly]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = drafts.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(area.value);
      button.textContent = drafts.dataset.copied;
    });
    area.closest(".draft").append(button);
  }
})();
