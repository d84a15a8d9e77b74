"""The wall and the status page seen from across the room: a crisis shows by itself, blindness is blindness, a lost
daemon is lost.
"""

import re
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import DESK, PHONE, Watched, a_window
from tests.browser.town import BLIND, a_town

OPEN = (("/wall", DESK), ("/", DESK), ("/", PHONE))


def place(page: Page, brand: str) -> Locator:
    """A brand's tile or card."""
    return page.get_by_role("article", name=brand)


def test_a_crisis_shows_by_itself(tmp_path: Path, browser: Browser) -> None:
    """Whoever looked away sees it when they look again: no press, no reload; who cannot be seen has no figure, before
    and after.
    """
    with a_town(tmp_path) as town, ExitStack() as stack:
        windows = [stack.enter_context(a_window(browser, town.url, shape)).open(path) for path, shape in OPEN]
        for window in windows:
            window.page.evaluate("window.since = 'the beginning'")
            expect(place(window.page, BLIND)).to_contain_text("desconocido")
            expect(place(window.page, "Acme")).not_to_contain_text("crisis")
        town.burn()
        for window in windows:
            burns(window)


def burns(window: Watched) -> None:
    """Acme is in crisis and nobody has it; Nube Telecom is as unknown as before."""
    page = window.page
    for word in ("crisis", "No lo tiene nadie"):
        expect(place(page, "Acme")).to_contain_text(word)
    expect(page).to_have_title("Acme: crisis · Sentinel")
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme: crisis")
    for word in ("desconocido", "Sin noticias de quiet"):
        expect(place(page, BLIND)).to_contain_text(word)
    expect(place(page, BLIND).locator(".score")).not_to_contain_text(re.compile(r"\d"))
    assert page.evaluate("window.since") == "the beginning"
    window.in_order()


def test_a_wall_whose_daemon_is_gone_says_so_and_comes_back(tmp_path: Path, browser: Browser) -> None:
    """A picture that does not move any more is not shown as the present; once the daemon is there again, so is the
    present.
    """
    with a_town(tmp_path) as town, a_window(browser, town.url, DESK) as window:
        page = window.open("/wall").page
        link = page.locator("#link")
        expect(link).to_have_attribute("data-state", "open")
        town.daemon.kill()
        expect(link).to_have_attribute("data-state", "lost")
        expect(link).to_be_visible()
        town.daemon.start()
        expect(link).to_have_attribute("data-state", "open")
        assert all("ERR_" in fault for fault in window.faults), window.faults
