// Turns alerts on for this browser: asks it for an address at its push service, and posts that with the form.
"use strict";
(() => {
  const form = document.getElementById("turn-on");
  const state = document.getElementById("push-state");
  if (!form || !state) return;
  const say = (name, failed) => {
    state.textContent = state.dataset[name];
    state.setAttribute("role", failed ? "alert" : "status");
  };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const plain = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = async (endpoint) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, "0")).join("").slice(0, 32);
  };
  const key = form.dataset.key;
  const begin = async () => {
    if (!window.isSecureContext) return say("insecure", true);
    if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
      return say(/iPhone|iPad/.test(navigator.userAgent) ? "install" : "unsupported", true);
    }
    const registered = await navigator.serviceWorker.getRegistration("/");
    const known = registered ? await registered.pushManager.getSubscription() : null;
    if (known) {
      const mine = document.querySelector(`[data-device="${await named(known.endpoint)}"]`);
      if (mine) {
        mine.querySelector(".here").hidden = false;
        if (mine.dataset.rings) return say("on");
      }
    }
    say(Notification.permission === "denied" ? "denied" : "ready", Notification.permission === "denied");
    form.hidden = false;
  };
  const subscribe = async () => {
    const worker = await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
    const known = await worker.pushManager.getSubscription();
    if (known) await known.unsubscribe(); // signed for under another key, or taken off here
    return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return say("denied", true);
      const made = await subscribe();
      form.elements.endpoint.value = made.endpoint;
      form.elements.p256dh.value = plain(made.getKey("p256dh"));
      form.elements.auth.value = plain(made.getKey("auth"));
      form.submit();
    } catch {
      say("failed", true);
    } finally {
      button.disabled = false;
    }
  });
  begin().catch(() => say("failed", true));
})();
