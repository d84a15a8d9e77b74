// Turns the wall's pages where there is more than fits, the worst staying in sight, and keeps its clock. Without it the wall scrolls.
"use strict";
(() => {
  const TURN = 12000;
  const live = document.getElementById("live");
  const clock = document.getElementById("clock");
  const sign = document.getElementById("turn");
  const wide = window.matchMedia("(min-width: 46.01rem) and (min-height: 30rem)");
  const hours = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.zone });
  let page = 0;
  let paused = false;

  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const show = (element, on) => { if (element.hidden === on) element.hidden = !on; };

  // How many boxes of at least this size fit into a room.
  const fits = (room, width, height, gap) =>
    Math.max(1, Math.floor((room.width + gap) / (width + gap))) * Math.max(1, Math.floor((room.height + gap) / (height + gap)));

  const room = () => {
    const last = live.querySelector(".strip").offsetHeight;
    const above = [...live.children].filter((each) => !each.matches(".tiles, .rest, .strip")).reduce((sum, each) => sum + each.offsetHeight, 0);
    const main = live.parentElement;
    const height = window.innerHeight - main.getBoundingClientRect().top - window.scrollY - above - last - 3 * rem;
    return { width: live.clientWidth, height };
  };

  const lay = () => {
    const tiles = [...live.querySelectorAll(".tile")];
    const chips = [...live.querySelectorAll(".rest li")];
    const rest = live.querySelector(".rest");
    document.body.classList.toggle("turning", wide.matches);
    if (!wide.matches) {
      [...tiles, ...chips].forEach((each) => show(each, true));
      if (rest) show(rest, true);
      sign.hidden = true;
      return;
    }
    const gap = Math.min(1.6 * rem, Math.max(0.8 * rem, window.innerWidth / 100));
    const space = room();
    const places = fits(space, Math.max(17 * rem, 0.22 * window.innerWidth), Math.max(16 * rem, 0.165 * window.innerWidth), gap);
    // What burns stays while the others turn, if it leaves them half of the room.
    const burning = tiles.filter((each) => each.matches(".crisis, .alert, .unknown")).length;
    const pinned = tiles.length > places && burning <= places / 2 ? burning : 0;
    const step = places - pinned;
    const tilePages = tiles.length <= places ? 1 : Math.ceil((tiles.length - pinned) / step);
    const size = Math.max(1, Math.floor((space.height + 8) / (Math.min(1.6 * rem, Math.max(rem, 0.0125 * window.innerWidth)) * 2.6 + 8)));
    const across = Math.max(1, Math.floor((space.width + 8) / (Math.max(11 * rem, 0.15 * window.innerWidth) + 8)));
    const chipStep = size * across;
    const chipPages = Math.ceil(chips.length / chipStep);
    const pages = tilePages + chipPages;
    page %= pages;
    const onChips = page >= tilePages;
    const from = pinned + page * step;
    tiles.forEach((each, i) => show(each, !onChips && (i < pinned || (i >= from && i < from + step))));
    live.querySelector(".tiles").hidden = onChips;
    if (rest) show(rest, onChips);
    const first = (page - tilePages) * chipStep;
    chips.forEach((each, i) => show(each, onChips && i >= first && i < first + chipStep));
    sign.hidden = pages < 2;
    const text = sign.dataset.turn.replace("##", pages).replace("#", page + 1);
    if (sign.textContent !== text) sign.textContent = text;
    sign.setAttribute("aria-pressed", String(paused));
    sign.title = paused ? sign.dataset.resume : sign.dataset.pause;
  };

  const tell = () => {
    const now = new Date();
    clock.dateTime = now.toISOString();
    clock.textContent = hours.format(now);
  };

  const watch = new MutationObserver(() => {
    watch.disconnect();
    lay();
    look();
  });
  const look = () => watch.observe(live, { childList: true, subtree: true });

  sign.addEventListener("click", () => { paused = !paused; lay(); });
  window.addEventListener("resize", lay);
  setInterval(() => { if (!paused && !document.hidden) { page += 1; lay(); } }, TURN);
  setInterval(tell, 1000);
  tell();
  lay();
  look();
})();
