// Keeps an open page fresh: the server says "change", the page fetches its changing part and swaps what differs.
"use strict";
(() => {
  const live = document.getElementById("live");
  const link = document.getElementById("link");
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
  const html = new Map();
  let source = null;
  let fetching = false;
  let again = false;
  let seen = live.dataset.version;
  let asked = Date.now();
  const PATIENCE = 30000; // an engine that stands still tells nobody that there is something new, and that is new

  const parts = (root) => [...root.querySelectorAll("[data-part]")];
  // Ages are rewritten here every few seconds, so they do not count as a difference.
  const bare = (part) => part.outerHTML.replace(/<time [^>]*data-ago[^>]*>[^<]*/g, "");
  const remember = () => parts(live).forEach((part) => html.set(part.id, bare(part)));

  const ages = () => {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const seconds = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
      const [unit, size] = units.find(([, each]) => seconds >= each) || units[3];
      time.textContent = relative.format(-Math.floor(seconds / size), unit);
    }
  };

  const written = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea")].some((each) => each.value !== each.defaultValue);
  const typing = (part) => part.contains(document.activeElement) || written(part);

  // What a reader has opened stays open.
  const keepOpen = (old, fresh) => {
    const before = [...old.querySelectorAll("details")];
    const after = [...fresh.querySelectorAll("details")];
    if (before.length === after.length) after.forEach((each, i) => { each.open = before[i].open; });
  };

  const swap = (text) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = text;
    const next = parts(fresh.content);
    const same = next.map((part) => part.id).join() === parts(live).map((part) => part.id).join();
    if (!same) {
      if (written(live)) return; // nobody loses what they have half written
      keepOpen(live, fresh.content);
      live.replaceChildren(fresh.content);
      html.clear();
      remember();
    } else {
      for (const part of next) {
        const markup = bare(part);
        const old = document.getElementById(part.id);
        if (html.get(part.id) !== markup && !typing(old)) {
          html.set(part.id, markup);
          keepOpen(old, part);
          old.replaceWith(part);
        } else if (html.get(part.id) === markup) {
          const times = old.querySelectorAll("time[data-ago]");
          part.querySelectorAll("time[data-ago]").forEach((time, i) => {
            times[i].dateTime = time.dateTime;
            times[i].title = time.title;
          });
        }
      }
    }
    const heading = live.querySelector("[data-heading]");
    if (heading) document.title = heading.dataset.heading + live.dataset.title;
    ages();
  };

  const state = (name) => {
    link.dataset.state = name;
    link.textContent = link.dataset[name];
    document.body.classList.toggle("lost", name === "lost");
  };

  const refresh = async () => {
    if (fetching) { again = true; return; }
    fetching = true;
    asked = Date.now();
    try {
      const answer = await fetch(live.dataset.fragment, { cache: "no-store" });
      if (answer.status === 401) { location.reload(); return; } // the session is over: the page leads to where to sign in
      if (!answer.ok) throw new Error(String(answer.status));
      swap(await answer.text());
      state("open");
    } catch {
      state("lost");
    }
    fetching = false;
    if (again) { again = false; setTimeout(refresh, 1000); }
  };

  const listen = () => {
    source = new EventSource("/api/v1/live");
    source.addEventListener("change", (event) => {
      if (event.data === seen) state("open");
      else refresh();
      seen = event.data;
    });
    source.onerror = () => {
      seen = null; // a server that was started anew counts anew
      state("lost");
      if (source && source.readyState === EventSource.CLOSED) source = null;
    };
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden && source) { source.close(); source = null; }
    if (!document.hidden && !source) listen();
  });
  setInterval(() => {
    ages();
    if (document.hidden) return;
    if (!source) listen();
    else if (Date.now() - asked < PATIENCE) return;
    refresh();
  }, 5000);
  remember();
  ages();
  if (!document.hidden) listen();
})();
