// Keys on the list of mentions: j and k step through it, o opens the post, / goes to the search. Without this file, tabs and taps do the same.
"use strict";
(() => {
  const rows = [...document.querySelectorAll(".heard > li")];
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (place) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    if (row) { row.focus(); row.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const place = here();
    if (event.key === "j") go(place + 1);
    else if (event.key === "k") go(place < 0 ? 0 : place - 1);
    else if (event.key === "o" && place >= 0) rows[place].querySelector("a.post")?.click();
    else if (event.key === "/") document.getElementById("seek").focus();
    else return;
    event.preventDefault();
  });
})();
