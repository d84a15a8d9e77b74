"""The wall with more brands than fit: it turns by itself, what burns stays in sight, everybody comes by, and nothing
scrolls.
"""

from contextlib import ExitStack

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import DESK, PHONE, a_window
from tests.browser.house import a_house
from tests.web.test_wall import with_brands

TURN = 12_000
"""Milliseconds that one page of the wall stays."""
COLOUR = "getComputedStyle(document.querySelector('{}')).color"
SEEN = (
    "[...document.querySelectorAll('.tile h2, .rest li span')].filter((e) "
    "=> e.checkVisibility()).map((e) => e.textContent)"
)


def seen(page: Page) -> list[str]:
    """The brands that whoever looks at the wall can read."""
    names: list[str] = page.evaluate(SEEN)
    return names


def test_it_turns_and_everybody_comes_by(browser: Browser) -> None:
    """What burns and what is unseen is on every page of tiles; after a round it begins again; the screen is never
    left.
    """
    stand = with_brands(60)
    with a_house(stand) as url, a_window(browser, url, DESK) as window:
        page = window.page
        page.clock.install()
        window.open("/wall")
        expect(page.locator("#turn")).to_contain_text("1 de")
        pages = int(page.locator("#turn").inner_text().split()[-1])
        came: list[list[str]] = []
        for _ in range(pages):
            came.append(seen(page))
            assert page.evaluate("document.documentElement.scrollHeight") == 1080
            page.clock.run_for(TURN)
        assert {name for names in came for name in names} == {card.name for card in stand.cards}
        tiles = [names for names in came if "Acme" in names]
        assert len(tiles) > 1
        assert all(names[:2] == ["Acme", "Nube Telecom"] for names in tiles)
        assert seen(page) == came[0]
        window.in_order()


def test_it_can_be_stopped(browser: Browser) -> None:
    """By the one button there is, which says so; and turned on again."""
    with a_house(with_brands(60)) as url, a_window(browser, url, DESK) as window:
        page = window.page
        page.clock.install()
        window.open("/wall")
        button = page.locator("#turn")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        before = seen(page)
        page.clock.run_for(3 * TURN)
        assert seen(page) == before
        button.click()
        page.clock.run_for(TURN)
        assert seen(page) != before


def test_few_brands_stand_still(browser: Browser) -> None:
    """Where all fit, there is nothing to turn and no button for it."""
    with a_house(with_brands(4)) as url, a_window(browser, url, DESK) as window:
        page = window.open("/wall").page
        expect(page.locator("#turn")).to_be_hidden()
        assert len(seen(page)) == 4


def test_without_a_script_and_on_a_phone_everybody_is_there(browser: Browser) -> None:
    """The worst first; whoever wants to see the others scrolls."""
    stand = with_brands(60)
    with a_house(stand) as url:
        with a_window(browser, url, DESK, script=False) as window:
            page = window.open("/wall").page
            for card in stand.cards:
                expect(page.get_by_text(card.name, exact=True)).to_be_visible()
        with a_window(browser, url, PHONE) as window:
            page = window.open("/wall").page
            assert sorted(seen(page)) == sorted(card.name for card in stand.cards)
            window.in_order()


def test_without_a_connection_nothing_is_green(browser: Browser) -> None:
    """A calm brand has the colour of what is unknown as soon as nobody can tell whether it still is."""
    with ExitStack() as house:
        url = house.enter_context(a_house(with_brands(4)))
        with a_window(browser, url, DESK) as window:
            page = window.open("/wall").page
            expect(page.locator("#link")).to_have_attribute("data-state", "open")
            calm, unknown = (
                page.evaluate(COLOUR.format(f".tile.{standing} .score b")) for standing in ("calm", "unknown")
            )
            assert calm != unknown
            house.close()
            expect(page.locator("#link")).to_have_attribute("data-state", "lost")
            assert page.evaluate(COLOUR.format(".tile.calm .score b")) == unknown
