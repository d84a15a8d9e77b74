"""The pictures of the documents: the real pages over a made-up morning, looked at on every run, kept where
SENTINEL_SCREENSHOTS says.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from sentinel.config.oncall import ScheduleSettings
from sentinel.incidents.incident import Incident
from tests.browser.chromium import DESK, PHONE, Scheme, a_window, picture
from tests.browser.house import a_house
from tests.fakes import START
from tests.web.links import a_token
from tests.web.stand import Stand, a_config, a_crisis, a_quiet_morning

DOCUMENT: dict[str, Any] = {"viewport": {"width": 1280, "height": 840}}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One page as one reader sees it."""

    path: str
    shape: dict[str, Any]
    scheme: Scheme = "light"
    language: str = "es"


PICTURES = {
    "status": Picture(path="/", shape=DOCUMENT, language="en"),
    "wall": Picture(path="/wall", shape=DESK, scheme="dark", language="en"),
    "incident": Picture(path="/incidents/{id}", shape=DOCUMENT),
    "incident-phone": Picture(path="/incidents/{id}", shape=PHONE),
    "phone": Picture(path="/a/{token}", shape=PHONE),
}


def a_morning() -> tuple[Stand, Incident]:
    """Acme is on fire, one brand goes unseen, two are calm; one source is silent, one fails now and then."""
    schedule = ScheduleSettings.model_validate({"layers": [{"people": ["ana", "boss"]}]})
    stand = Stand(config=a_config().model_copy(update={"schedules": {"guardia": schedule}}))
    incident = a_crisis(stand)
    a_quiet_morning(stand)
    return stand, incident


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_worth_a_picture(browser: Browser, name: str) -> None:
    """With all that a page can show at once it is still in order, readable by everybody, and small."""
    seen, (stand, incident) = PICTURES[name], a_morning()
    with (
        a_house(stand) as url,
        a_window(browser, url, seen.shape, scheme=seen.scheme, language=seen.language) as window,
    ):
        window.page.clock.set_fixed_time(START + timedelta(seconds=2))
        window.open(seen.path.format(id=incident.id, token=a_token(stand, incident)))
        window.in_order()
        window.accessible()
        assert len(window.page.content()) < 100_000
        picture(window, name)
