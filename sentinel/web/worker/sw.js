// The worker of an installed page: shows alerts, takes their buttons, and says when there is no network. It keeps no
// page with data on it: what it cannot ask for anew it does not show.
"use strict";
const KEPT = "{{version}}";
const OFFLINE = "/offline";
const STYLE = "{{style}}";
const ICON = "{{icon}}";
const BADGE = "{{badge}}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([OFFLINE, STYLE])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (request.url === new URL(STYLE, self.location.origin).href) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});

// Paths alone come with a message; whatever else stands there leads to the first page.
const own = (path) => {
  const url = new URL(typeof path === "string" ? path : "/", self.location.origin);
  return url.origin === self.location.origin ? url.href : `${self.location.origin}/`;
};

const read = (data) => {
  try {
    const told = data.json();
    if (told && typeof told.title === "string") return told;
  } catch {
    // shown all the same: a browser that is woken and shows nothing is woken no more
  }
  return { title: "Sentinel", body: "", path: "/" };
};

const show = (told) =>
  self.registration.showNotification(told.title, {
    body: told.body,
    lang: told.lang,
    tag: told.tag || "sentinel",
    renotify: true,
    requireInteraction: Boolean(told.stays),
    icon: ICON,
    badge: BADGE,
    data: told,
    actions: [
      ...(told.post ? [{ action: "take", title: told.take }] : []),
      ...(told.open ? [{ action: "open", title: told.open }] : []),
    ],
  });

const look = async (path) => {
  const url = own(path);
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((each) => each.url.split("?")[0] === url);
  return there ? there.focus() : self.clients.openWindow(url);
};

// The address is signed and is all the proof there is: nothing else of this browser goes along.
const take = async (told) => {
  try {
    const answer = await fetch(own(told.post), {
      method: "POST",
      headers: { Accept: "text/plain" },
      credentials: "omit",
      redirect: "error",
    });
    if (answer.status >= 500) throw new Error("not now");
    const said = (await answer.text()).trim();
    await show({ ...told, body: said, post: undefined, stays: false });
  } catch {
    await show({ ...told, body: `${told.lost}\n${told.body}` });
  }
};

self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));

self.addEventListener("notificationclick", (event) => {
  const told = event.notification.data ?? {};
  const taken = event.action === "take" && told.post;
  // What is said of a hold takes the alert's place; closed before, it would be gone while the network is slow.
  if (!taken) event.notification.close();
  event.waitUntil(taken ? take(told) : look(told.path));
});
