"""How every page looks: readable by everybody (axe-core), nothing sticks out of a narrow phone, nothing its own policy
would stop.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from sentinel.web.server import build_web
from tests.browser.chromium import DESK, PHONE, Scheme, a_window
from tests.browser.town import Town, a_town
from tests.web.stand import Stand

PAGES = {
    "/": "/",
    "/wall": "/wall",
    "/mentions": "/mentions?last=7d",
    "/requests": "/requests",
    "/mentions/{number}/answer": "/mentions/1/answer",
    "/incidents": "/incidents",
    "/brands/{brand}": "/brands/Acme",
    "/incidents/{id}": "/incidents/{id}",
    "/incidents/{id}/report": "/incidents/{id}/report",
    "/a/{token}": "/a/{token}",
    "/oncall": "/oncall",
    "/silences": "/silences",
    "/campaigns": "/campaigns",
    "/playbooks": "/playbooks",
    "/playbooks/{name}": "/playbooks/generic",
    "/models": "/models",
    "/models/teach": "/models/teach",
    "/config": "/config",
    "/config/what-if": "/config/what-if",
    "/reports": "/reports",
    "/reports/{brand}/{every}": "/reports/Acme/weekly",
    "/reports/{brand}/{every}/{of}": "/reports/Acme/monthly",
    "/audit": "/audit",
    "/persons": "/persons",
}
"""Every page that there is, and an address of it; but for those that ``test_sign_in.py`` looks at."""
SEEN_THERE = ("/login", "/login/code", "/login/recover/{token}", "/account", "/account/factor", "/people")
WITH_A_WORKER = ("/offline", "/account/devices")
"""Looked at in ``test_worker.py``."""
LEAD_AWAY = ("/login/oidc", "/login/oidc/callback")
"""To the provider and back, on no page of ours."""
LEAD_BACK = (
    "/oncall/overrides",
    "/oncall/swaps",
    "/oncall/changes/{id}/undo",
    "/silences/{id}/end",
    "/silences/ignored/{id}/end",
    "/models/rollback",
    "/mentions/views",
    "/mentions/{number}/request",
    "/mentions/{number}/consultation",
    "/persons/erase",
    "/persons/export",
    "/mentions/views/{id}/delete",
    "/config/reload",
)
"""Addresses of buttons, which lead whoever opens them again to the button's page."""
NO_PAGES = ("/api/", "/fragments/", "/-/", "/ingest/", "/metrics", "/static/", "/manifest.webmanifest", "/sw.js")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Acme burns, Nube Telecom cannot be seen, the others are calm."""
    with a_town(tmp_path_factory.mktemp("look")) as made:
        made.burn()
        yield made


def address(town: Town, pattern: str) -> str:
    return town.link() if pattern == "/a/{token}" else PAGES[pattern].format(id=town.incident()["id"])


def test_no_page_is_left_out() -> None:
    """A new page that nobody looks at here fails."""
    found = set()
    for route in build_web(Stand().ports()).router.routes():
        assert route.resource is not None
        if route.method == "GET" and not route.resource.canonical.startswith(NO_PAGES):
            found.add(route.resource.canonical)
    assert {each for each in found if not each.startswith("/a/{token}/") and not each.endswith(".md")} == {
        *PAGES,
        *SEEN_THERE,
        *WITH_A_WORKER,
        *LEAD_AWAY,
        *LEAD_BACK,
    }


@pytest.mark.parametrize(("language", "scheme"), [("es", "light"), ("en", "dark")])
@pytest.mark.parametrize("pattern", PAGES)
def test_a_page_on_a_phone_and_on_a_wall(
    town: Town, browser: Browser, pattern: str, language: str, scheme: Scheme
) -> None:
    """No serious fault for those who see badly or use no mouse; nothing wider than 360 px; no fault on the console."""
    for shape in (PHONE, DESK):
        with a_window(browser, town.url, shape, scheme=scheme, language=language) as window:
            window.open(address(town, pattern))
            window.in_order()
            window.accessible()
            window.in_order()


def test_the_head_of_a_links_page_stands_in_one_line_whatever_the_contact_is_called(
    town: Town, browser: Browser
) -> None:
    """On 360 px a long name is cut short; mark and languages keep their room."""
    with a_window(browser, town.url, PHONE, language="es") as window:
        window.open(town.link())
        window.page.evaluate(
            "document.querySelector('.whose').textContent = 'Para María Fernández de los Ríos, de guardia'"
        )
        heights = window.page.evaluate("[...document.querySelectorAll('.top > *')].map((each) => each.offsetHeight)")
        assert len(heights) == 3
        assert max(heights) < 40
        window.in_order()


def test_what_is_wrong_would_be_seen(town: Town, browser: Browser) -> None:
    """A wide box, pale words, a script in the page and a fault in one of our own: none of them gets by."""
    with a_window(browser, town.url, PHONE) as window:
        window.open("/")
        window.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=wide>x</p><button></button>')")
        with pytest.raises(AssertionError, match="button-name"):
            window.accessible()
        window.page.evaluate(
            "document.getElementById('wide').setAttribute('width', 1) || "
            "(document.getElementById('wide').style.width = '900px')"
        )
        with pytest.raises(AssertionError, match="wider than its window"):
            window.in_order()
    with a_window(browser, town.url, PHONE) as window:
        window.open("/")
        with window.page.expect_event("console"):
            window.page.evaluate(
                "document.body.appendChild(document.createElement('script')).textContent = 'window.ran = 1'"
            )
        assert window.page.evaluate("window.ran") is None
        with pytest.raises(AssertionError, match="Content Security Policy"):
            window.in_order()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080)])
def test_on_a_desktop_what_one_works_with_is_in_sight(town: Town, browser: Browser, width: int, height: int) -> None:
    """Timeline, drafts and checklist begin on the first screen, side by side, and the page is no scroll of one
    column.
    """
    with a_window(browser, town.url, {"viewport": {"width": width, "height": height}}) as window:
        window.open(address(town, "/incidents/{id}"))
        tops = window.page.evaluate(
            "['timeline', 'drafts', 'playbook'].map((id) => document.getElementById(id).getBoundingClientRect().top)"
        )
        assert max(tops) < height
        columns = window.page.evaluate(
            "['.main', '.doing', '.aside'].map((each) => document.querySelector(each).getBoundingClientRect().left)"
        )
        assert columns == sorted(set(columns))
        assert window.page.evaluate("document.documentElement.scrollHeight") < 3400
        window.in_order()
        window.accessible()
