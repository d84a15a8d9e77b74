"""The worker in a real browser: an alert that comes is shown, its button takes the incident, without a network there
is a page that says so. Chromium's own push service is out of reach: messages are handed to the worker as it would.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Error, expect

from sentinel.incidents.command import Action
from sentinel.incidents.incident import State
from sentinel.incidents.links import DEVICES, Grant, nonce_of
from sentinel.notify.base import Button, Message, MessageKind, Urgency
from sentinel.notify.push_message import content_of
from sentinel.phrases.phrases import say
from tests.browser.chromium import PHONE, Scheme, Watched, a_window, picture
from tests.browser.house import a_house
from tests.notify.browsers import PushBrowser, plain
from tests.web.stand import Stand, a_crisis

SHOWN = """async (part) => {
    const ready = await navigator.serviceWorker.ready;
    for (let looks = 0; looks < 1500; looks++) {
        const all = await ready.getNotifications();
        if (all.some((each) => `${each.title} ${each.body}`.includes(part))) return all.map((each) => ({
            title: each.title, body: each.body, lang: each.lang, stays: each.requireInteraction,
            actions: each.actions.map((action) => `${action.action}: ${action.title}`)}));
        await new Promise((done) => setTimeout(done, 20));
    }
    const all = await ready.getNotifications();
    throw new Error(`nothing shown has ${part}: ${JSON.stringify(all.map((each) => [each.title, each.body]))}`);
}"""
TRIES = 4
PRESS = """async (action) => {
    const [shown] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification: shown, action }));
}"""
SUBSCRIBED = """(told) => {
    PushManager.prototype.subscribe = async function (options) {
        window.asked = { visible: options.userVisibleOnly, key: options.applicationServerKey.length };
        const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
        return { endpoint: told.endpoint, getKey: (name) => bytes(told[name]) };
    };
}"""


def granted(stand: Stand, about: str, action: Action | None = None) -> str:
    """The path of a link of Ana's."""
    epoch = 0 if about == DEVICES else stand.incidents[about].epoch
    ends = stand.clock.now() + timedelta(hours=1)
    nonce = nonce_of(about, action or "")
    grant = Grant(incident=about, epoch=epoch, contact="ana", action=action, expires_at=ends, nonce=nonce)
    return f"/a/{stand.links.mint(grant)}"


@contextmanager
def a_worker(window: Watched, path: str) -> Iterator[tuple[Any, CDPSession, dict[str, str]]]:
    """The worker of a page that was opened at ``path``, and the line on which messages are handed to it."""
    page = window.open(path).page
    page.context.grant_permissions(["notifications"], origin=window.url)
    with page.context.expect_event("serviceworker") as started:
        page.evaluate("() => navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
    line = page.context.new_cdp_session(page)
    found: dict[str, str] = {}

    def note(said: dict[str, Any]) -> None:
        for each in said["registrations"]:
            found["registration"] = each["registrationId"]

    line.on("ServiceWorker.workerRegistrationUpdated", note)
    line.send("ServiceWorker.enable")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    yield started.value, line, found


def handed(window: Watched, line: CDPSession, found: dict[str, str], data: str, part: str) -> list[dict[str, Any]]:
    """What is shown once the worker had a message and shows this ``part`` of it; a browser that has no time may lose a
    message that is handed to it this way, and is handed it again.
    """
    for attempt in range(1, TRIES + 1):
        line.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": window.url, "registrationId": found["registration"], "data": data},
        )
        try:
            return list(window.page.evaluate(SHOWN, part))
        except Error:
            if attempt == TRIES:
                raise
    raise AssertionError("it is tried")


def test_an_alert_is_shown_and_taken_from_where_it_stands(browser: Browser) -> None:
    """As it leaves the notifier: words, two buttons; "I have it" takes the incident over the signed link and says so in
    Ana's language; pressed twice it is one hold.
    """
    stand = Stand()
    incident = a_crisis(stand)
    with a_house(stand) as url, a_window(browser, url, PHONE) as window:
        page, take = (f"{url}{granted(stand, incident.id, action)}" for action in (None, Action.ACKNOWLEDGE))
        message = Message(
            kind=MessageKind.PAGE,
            urgency=Urgency.CRISIS,
            language="es",
            title="🔴 Acme 82",
            body="Sube desde las 10:02.",
            link=page,
            buttons=(Button(label="Lo tengo yo", url=take, acts=True), Button(label="Abrir", url=page, acts=False)),
            key="i1-1-ana",
        )
        with a_worker(window, "/offline") as (worker, line, found):
            shown = handed(window, line, found, content_of(message).decode(), "Acme 82")
            assert [(each["title"], each["body"], each["lang"], each["stays"]) for each in shown] == [
                ("🔴 Acme 82", "Sube desde las 10:02.", "es", True)
            ]
            assert shown[0]["actions"] == ["take: Lo tengo yo", "open: Abrir"]
            worker.evaluate(PRESS, "take")
            after = window.page.evaluate(SHOWN, "Acme:")
            assert [(each["title"], each["actions"]) for each in after] == [("🔴 Acme 82", ["open: Abrir"])]
            assert stand.incidents[incident.id].state is State.ACKNOWLEDGED
            assert stand.incidents[incident.id].holder == "ana"
        window.in_order()


def test_what_is_no_message_of_ours_is_shown_as_nothing_and_leads_home(browser: Browser) -> None:
    """A browser that shows nothing is woken no more; a foreign address opens our own first page."""
    stand = Stand()
    with a_house(stand) as url, a_window(browser, url, PHONE) as window:
        with a_worker(window, "/offline") as (worker, line, found):
            assert [each["title"] for each in handed(window, line, found, "no JSON", "Sentinel")] == ["Sentinel"]
            assert worker.evaluate(
                "() => [own('//evil.example/x'), own('https://evil.example'), own(7), own('/a/x')]"
            ) == [
                *(f"{url}/", f"{url}/", f"{url}/"),
                f"{url}/a/x",
            ]
        window.in_order()


def test_without_a_network_there_is_a_page_that_says_so_and_no_old_one(browser: Browser) -> None:
    """Nothing that was looked at is kept: the wall of an hour ago would be a lie."""
    stand = Stand()
    a_crisis(stand)
    with a_house(stand) as url, a_window(browser, url, PHONE) as window, a_worker(window, "/offline"):
        page = window.open("/incidents").page
        expect(page.get_by_role("heading", name="Incidentes")).to_be_visible()
        kept = page.evaluate(
            "async () => { const all = []; for (const name of await caches.keys())"
            " for (const each of await (await caches.open(name)).keys()) all.push(new URL(each.url).pathname);"
            " return all.sort(); }"
        )
        assert kept == ["/offline", "/static/offline.css"]
        page.context.set_offline(True)
        page.goto(f"{url}/incidents")
        expect(page.get_by_role("heading", name="Sin conexión con Sentinel")).to_be_visible()
        assert "Acme" not in page.content()
        window.accessible()
        picture(window, "offline")
        page.context.set_offline(False)
        page.get_by_role("link", name="Intentarlo otra vez").click()
        expect(page.get_by_role("heading", name="Incidentes")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("es", "light"), ("en", "dark")])
def test_alerts_are_turned_on_with_one_press(browser: Browser, language: str, scheme: Scheme) -> None:
    """On the page of one's devices: allowed, subscribed under our key, listed as this device, and removed."""
    stand = Stand()
    told = PushBrowser()

    def t(key: str) -> str:
        return say(language, f"devices.{key}")

    with a_house(stand) as url, a_window(browser, url, PHONE, scheme=scheme, language=language) as window:
        page = window.page
        page.context.grant_permissions(["notifications"], origin=url)
        endpoint = {"endpoint": "https://push.example.org/abc"}
        keys = {"p256dh": _standard(told.point), "auth": _standard(told.auth)}
        page.add_init_script(f"({SUBSCRIBED})({json.dumps(endpoint | keys)})")
        window.open("/offline")
        window.in_order()
        window.accessible()
        window.open(f"{granted(stand, DEVICES)}/devices?lang={language}")
        expect(page.locator("#push-state")).to_contain_text(t("state_ready"))
        page.get_by_role("button", name=t("turn_on")).click()
        expect(page.get_by_role("status").first).to_contain_text(t("said_on"))
        expect(page.locator("[data-device]")).to_have_count(1)
        assert [each.endpoint for each in stand.devices.of("ana")] == [endpoint["endpoint"]]
        assert stand.devices.of("ana")[0].p256dh == plain(told.point)
        window.in_order()
        window.accessible()
        picture(window, f"devices-{language}")
        page.get_by_role("button", name=t("remove")).click()
        expect(page.locator("[data-device]")).to_have_count(0)


def _standard(raw: bytes) -> str:
    text = plain(raw).replace("-", "+").replace("_", "/")
    return text + "=" * (-len(text) % 4)
