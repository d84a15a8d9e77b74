"""What the person sees who is paged about what Sentinel runs on: from Alertmanager's post to «Lo tienes tú», on a
phone.
"""

import json
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect

from sentinel.clock import SystemClock
from tests.browser.chromium import PHONE, a_window
from tests.browser.town import Town, a_town
from tests.stories.daemon import eventually
from tests.web.test_alertmanager import ALERT, NOTICE

NAME = "SentinelOutboxAgeing"
BEGAN = SystemClock().now() - timedelta(minutes=1)


def told(town: Town, **alert: object) -> None:
    """Alertmanager posts what it says."""
    notice = NOTICE | {"alerts": [ALERT | {"startsAt": BEGAN.isoformat()} | alert]}
    assert town.daemon.post("/api/v1/alertmanager", json.dumps(notice).encode())[0] == 200


def rung(town: Town) -> int:
    return sum(NAME in title for title in town.phone.titles)


def test_taken_on_a_phone_and_over(tmp_path: Path, browser: Browser) -> None:
    """The phone rings with a link; whoever opens it takes the alert; the repeats of Alertmanager ring nobody, its end
    is told.
    """
    with a_town(tmp_path) as town, a_window(browser, town.url, PHONE) as window:
        told(town)
        eventually(lambda: rung(town) == 1, "Ana is paged")
        page = window.open(town.link(NAME)).page
        expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
        expect(page.get_by_text("No lo tiene nadie")).to_be_visible()
        window.in_order()
        window.accessible()
        page.get_by_role("button", name="Lo tengo yo", exact=True).tap()
        expect(page.get_by_text("Lo tienes tú")).to_be_visible()
        window.in_order()
        window.accessible()
        (alert,) = town.by_api("infrastructure")["alerts"]
        assert (alert["name"], alert["told"][0], alert["taken_by"]) == (NAME, "ana", "ana")
        told(town)
        window.open("/")
        expect(page.get_by_text(f"{NAME}, crítica")).to_contain_text("Lo tiene Ana")
        told(town, status="resolved")
        eventually(lambda: rung(town) == 2, "Ana hears that it is over")
        assert town.by_api("infrastructure")["alerts"] == []
