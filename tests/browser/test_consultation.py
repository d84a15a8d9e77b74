"""A complaint from its arrival to the week's report, by people who press and write: taken, an area of the house asked,
answered by its link, drafted by tone, answered; readable by everybody, nothing sticks out, no script needed.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import LAPTOP, PHONE, Scheme, Watched, a_window
from tests.browser.house import a_house
from tests.daemon.consulting import COMPLAINT
from tests.web.heard import a_heard, heard_as
from tests.web.stand import Stand
from tests.web.test_consultations import a_link, with_areas

LONG = "¿Es cierto que a esta persona se le cobró dos veces en febrero, y le devolvemos el dinero esta semana?"
PARTS = [("es", "light"), ("en", "dark")]
TONES = {"es": ("Ironía", "Molestia"), "en": ("Ironic", "Angry")}
IN_THE_REPORT = {
    "es": ("Quejas, 1; preguntas, 0; peticiones de ayuda, 0.", "Respondidas: 1, en"),
    "en": ("Complaints, 1; questions, 0; calls for help, 0.", "Answered: 1, in"),
}


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
    """Without scripts, in 360 px: Ana takes it and asks, the area looks and answers, Ana drafts and answers, the week
    tells of it; each page is in order, in 1440 px as well, and can be read by everybody.
    """
    with a_window(browser, url, PHONE, scheme=scheme, language=language, script=False) as window:
        window.open(f"/requests?lang={language}")
        window.page.locator("details.answer:not(.ask) summary").click()
        window.page.locator("details.answer:not(.ask) [name=by]").fill("ana")
        window.page.locator("button[value=taken]").click()
        window.in_order()
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
    with a_window(browser, url, PHONE, scheme=scheme, language=language, script=False) as window:
        window.open(f"/requests?lang={language}")
        window.page.locator("a[href='/mentions/1/answer']").click()
        window.in_order()
        drafted_and_answered(window, *TONES[language])
        assert "Se devuelve el viernes" not in window.page.locator("main").inner_text()
        assert window.page.locator("#m1").count() == 0
    for shape in (PHONE, LAPTOP):
        with a_window(browser, url, shape, scheme=scheme, language=language) as window:
            for path in ("/requests", "/mentions/1/answer", "/reports/Acme/weekly/2026-W10"):
                window.open(f"{path}?lang={language}")
                window.in_order()
                window.accessible()
            told = window.page.locator("main").inner_text()
            assert all(each in told for each in IN_THE_REPORT[language])


def drafted_and_answered(window: Watched, *tones: str) -> None:
    """By the pages' own links and buttons: one tone, another, a word of one's own, looked over, and answered."""
    drafts = []
    for tone in tones:
        window.page.get_by_role("link", name=tone, exact=True).click()
        drafts.append(window.page.locator("textarea[name=text]").input_value())
    assert len(set(drafts)) == len(tones)
    assert all("Se devuelve el viernes" in each for each in drafts)
    window.page.locator("textarea[name=text]").fill(f"{drafts[-1]} Ana")
    window.page.locator(".draft button").click()
    window.in_order()
    assert window.page.locator("textarea[name=text]").input_value() == f"{drafts[-1]} Ana"
    window.page.locator("[name=by]").fill("ana")
    window.page.locator("button[value=answered]").click()
    window.in_order()
