"""In a real browser too, what strangers write is read and does nothing: no script runs, and nothing is asked for
elsewhere.
"""

import pytest
from playwright.sync_api import Browser, Request

from tests.browser.chromium import PHONE, Watched, a_window
from tests.browser.house import a_house
from tests.web.hostile import HOSTILE, a_hostile_stand
from tests.web.links import a_token

PAGES = ("/", "/wall", "/incidents/{id}", "/a/{token}")


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_read_and_does_nothing(browser: Browser, name: str) -> None:
    """On every page that shows it, also after the page has fetched itself anew; and it fits into a phone."""
    stand, incident = a_hostile_stand(HOSTILE[name])
    with a_house(stand) as url, a_window(browser, url, PHONE) as window:
        asked: list[str] = []
        window.page.on("request", lambda request: note(asked, request))
        for path in PAGES:
            window.open(path.format(id=incident.id, token=a_token(stand, incident)))
            refreshed(window)
            window.page.mouse.move(100, 100)
            assert window.page.evaluate("window.ran") is None
            window.in_order()
        assert {each.rpartition(":")[0] for each in asked} == {url.rpartition(":")[0]}


def note(asked: list[str], request: Request) -> None:
    scheme, _, rest = request.url.partition("://")
    asked.append(f"{scheme}://{rest.partition('/')[0]}")


def refreshed(window: Watched) -> None:
    """The page swaps in what its fragment says now, as when something changed."""
    window.page.evaluate(
        """async () => {
            const live = document.getElementById("live");
            if (live) live.innerHTML = await (await fetch(live.dataset.fragment)).text();
        }"""
    )
