"""The page on which an area of the house answers, on a phone: readable by everybody, nothing sticks out, no script
needed; and the list that shows it.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import PHONE, Scheme, a_window
from tests.browser.house import a_house
from tests.daemon.consulting import COMPLAINT
from tests.web.heard import a_heard, heard_as
from tests.web.stand import Stand
from tests.web.test_consultations import a_link, with_areas

LONG = "¿Es cierto que a esta persona se le cobró dos veces en febrero, y le devolvemos el dinero esta semana?"
PARTS = [("es", "light"), ("en", "dark")]


@pytest.fixture
def stand() -> Stand:
    """Billing and two others may be asked; a complaint waits."""
    stand = Stand()
    stand.config = with_areas(
        stand.config,
        billing={"label": {"es": "Facturación", "en": "Billing"}, "contacts": ["boss"]},
        legal={"contacts": ["boss"]},
        shops={"label": {"es": "Tiendas y puntos de recogida", "en": "Shops"}, "contacts": ["boss"]},
    )
    stand.heard.kept = [a_heard(1, f"{COMPLAINT}. {'Llevo tres semanas esperando. ' * 12}", heard_as("Acme"))]
    return stand


@pytest.fixture
def url(stand: Stand) -> Iterator[str]:
    with a_house(stand) as address:
        yield address


@pytest.mark.parametrize(("language", "scheme"), PARTS)
def test_asked_answered_and_read_on_a_phone(
    stand: Stand, url: str, browser: Browser, language: str, scheme: Scheme
) -> None:
    """Without scripts, in 360 px: Ana asks, the area looks and answers, both pages say so; each is in order and can be
    read by everybody.
    """
    with a_window(browser, url, PHONE, scheme=scheme, language=language, script=False) as window:
        window.open(f"/requests?lang={language}")
        window.page.locator("details.ask summary").click()
        window.in_order()
        window.page.locator("details.ask [name=by]").fill("ana")
        window.page.locator("details.ask [name=question]").fill(LONG)
        window.page.locator("details.ask button").click()
        window.in_order()
        assert LONG in window.page.locator("main").inner_text()
    link = a_link(stand, next(iter(stand.consultations.kept.values())))
    with a_window(browser, url, PHONE, scheme=scheme, language=language) as window:
        window.open(f"{link}?lang={language}")
        window.in_order()
        window.accessible()
        assert window.page.locator("main button").count() == 5
        small = window.page.locator("main button").evaluate_all(
            "(found) => found.filter((each) => each.offsetHeight < 44).length"
        )
        assert small == 0
    with a_window(browser, url, PHONE, scheme=scheme, language=language, script=False) as window:
        window.open(f"{link}?lang={language}")
        window.page.locator("textarea[name=text]").fill("Se devuelve el viernes")
        window.page.locator("button[value=yes]").click()
        window.in_order()
        assert window.page.locator("main button").count() == 0
        assert "Se devuelve el viernes" in window.page.locator("main").inner_text()
    with a_window(browser, url, PHONE, scheme=scheme, language=language) as window:
        window.open(f"{link}?lang={language}")
        window.accessible()
        window.open(f"/requests?lang={language}")
        assert "Se devuelve el viernes" in window.page.locator("main").inner_text()
        window.in_order()
        window.accessible()
