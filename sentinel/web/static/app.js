// The installed application has a worker from its first page on, for the page that says when there is no network; a
// browser gets one only when its owner turns alerts on.
"use strict";
if ("serviceWorker" in navigator && matchMedia("(display-mode: standalone)").matches) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
