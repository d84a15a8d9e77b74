"""What the person sees who is paged: from the link in the message to the end of the incident, on a phone, with and
without scripts.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PHONE, Watched, a_window
from tests.browser.town import Town, a_town

SAID = {
    "es": {
        "nobody": "No lo tiene nadie",
        "take": "Lo tengo yo",
        "mine": "Lo tienes tú",
        "wrong": "Es positiva",
        "noted": "Apuntado",
        "end": "Resolver",
        "ended": "Lo cerró Ana",
        "steps": "Primeros 15 / 60 minutos",
        "done": "1 de",
        "page": "Ficha completa del incidente",
        "report": "Informe del incidente",
    },
    "en": {
        "nobody": "Nobody has it",
        "take": "I have it",
        "mine": "You have it",
        "wrong": "It is positive",
        "noted": "Noted",
        "end": "Resolve",
        "ended": "Ana closed it",
        "steps": "First 15 / 60 minutes",
        "done": "1 of",
        "page": "The incident's whole page",
        "report": "Report on the incident",
    },
}


def press(window: Watched, name: str) -> None:
    window.page.get_by_role("button", name=name, exact=True).first.tap()


@pytest.mark.parametrize(
    ("language", "script"),
    [("es", True), ("es", False), ("en", True)],
    ids=["Spanish", "Spanish without scripts", "English"],
)
def test_from_the_message_to_the_end_on_a_phone(tmp_path: Path, browser: Browser, language: str, script: bool) -> None:
    """Take it, tick a task, say what a post really means, end it, read the report; every press counts before its page
    comes.
    """
    said = SAID[language]
    with (
        a_town(tmp_path, language=language) as town,
        a_window(browser, town.url, PHONE, language=language, script=script) as window,
    ):
        incident = town.burn()
        page = window.open(town.link()).page
        expect(page.get_by_role("heading", level=1)).to_have_text("Acme")
        expect(page.get_by_text(said["nobody"])).to_be_visible()
        window.in_order()
        press(window, said["take"])
        expect(page.get_by_text(said["mine"])).to_be_visible()
        assert held(town, incident) == "ana"
        window.in_order()
        tick_the_first(window, said["steps"], said["done"])
        press(window, said["wrong"])
        expect(page.get_by_role("alert")).to_contain_text(said["noted"])
        window.in_order()
        press(window, said["end"])
        expect(page.get_by_text(said["ended"])).to_be_visible()
        window.in_order()
        known = town.by_api(f"incidents/{incident}")
        assert known["incident"]["state"] == "resolved"
        page.get_by_role("link", name=said["page"]).tap()
        expect(page).to_have_url(f"{town.url}/incidents/{incident}")
        window.in_order()
        page.get_by_role("link", name=said["report"]).tap()
        expect(page.get_by_role("article").get_by_role("heading", level=1)).to_contain_text("Acme")
        window.in_order()
        assert [each["by"] for each in known["timeline"] if each["what"] in ("acknowledged", "resolved")] == [
            "ana",
            "ana",
        ]


def tick_the_first(window: Watched, section: str, done: str) -> None:
    """An item of the playbook's list; the page comes back with the section still open and the item done."""
    part = window.page.locator("details", has=window.page.get_by_role("heading", name=section))
    if part.get_attribute("open") is None:
        part.locator("summary").tap()
    part.get_by_role("checkbox").first.tap()
    expect(part.get_by_role("checkbox").first).to_be_checked()
    expect(part.locator("summary")).to_contain_text(done)
    window.in_order()


def held(town: Town, incident: str) -> object:
    return town.by_api(f"incidents/{incident}")["incident"]["acknowledged_by"]
