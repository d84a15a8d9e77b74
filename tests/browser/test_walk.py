"""What the person sees who is paged: from the link in the message to the end of the incident, on a phone, with and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PHONE, Watched, a_window
from tests.browser.town import Town, a_town

SAID = {
    "es": {
        "nobody": "No lo tiene nadie", "take": "Lo tengo yo", "mine": "Lo tienes tú", "wrong": "Es positiva", "noted": "Apuntado",
        "end": "Resolver", "ended": "Lo cerró Ana",
    },
    "en": {
        "nobody": "Nobody has it", "take": "I have it", "mine": "You have it", "wrong": "It is positive", "noted": "Noted",
        "end": "Resolve", "ended": "Ana closed it",
    },
}  # fmt: skip


def press(window: Watched, name: str) -> None:
    window.page.get_by_role("button", name=name, exact=True).first.tap()


@pytest.mark.parametrize(
    ("language", "script"), [("es", True), ("es", False), ("en", True)], ids=["Spanish", "Spanish without scripts", "English"]
)
def test_from_the_message_to_the_end_on_a_phone(tmp_path: Path, browser: Browser, language: str, script: bool) -> None:
    """Take it, say what a post really means, end it; every press counts before its page comes, and the timeline knows who did what."""
    said = SAID[language]
    with a_town(tmp_path, language=language) as town, a_window(browser, town.url, PHONE, language=language, script=script) as window:
        incident = town.burn()
        page = window.open(town.link()).page
        expect(page.get_by_role("heading", level=1)).to_have_text("Acme")
        expect(page.get_by_text(said["nobody"])).to_be_visible()
        window.in_order()
        press(window, said["take"])
        expect(page.get_by_text(said["mine"])).to_be_visible()
        assert held(town, incident) == "ana"
        window.in_order()
        press(window, said["wrong"])
        expect(page.get_by_role("alert")).to_contain_text(said["noted"])
        window.in_order()
        press(window, said["end"])
        expect(page.get_by_text(said["ended"])).to_be_visible()
        window.in_order()
        known = town.by_api(f"incidents/{incident}")
        assert known["incident"]["state"] == "resolved"
        assert [each["by"] for each in known["timeline"] if each["what"] in ("acknowledged", "resolved")] == ["ana", "ana"]


def held(town: Town, incident: str) -> object:
    return town.by_api(f"incidents/{incident}")["incident"]["acknowledged_by"]
