"""Pictures of every page, at three widths, in both languages, light and dark, for people to look at: no test, but what
one does before a release or after a change of styles.

python -m tests.browser.gallery FOLDER [PART OF A PAGE'S ADDRESS …]
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, get_args

from playwright.sync_api import Browser

from tests.browser.chromium import PHONE, Scheme, a_browser, a_window
from tests.browser.test_look import PAGES, address
from tests.browser.town import Town, a_town

WIDTHS: dict[str, dict[str, Any]] = {
    "360": PHONE,
    "1440": {"viewport": {"width": 1440, "height": 900}},
    "1920": {"viewport": {"width": 1920, "height": 1080}},
}
LANGUAGES = ("es", "en")
GONE = "/nowhere"
"""What stands where there is nothing."""


def pictures(town: Town, browser: Browser, folder: Path, parts: list[str]) -> Iterator[str]:
    """Takes them, and gives what is wrong with any: a fault on the console, or what sticks out sideways."""
    wanted = [each for each in (*PAGES, GONE) if not parts or each in parts]
    for width, language, scheme in product(WIDTHS, LANGUAGES, get_args(Scheme)):
        with a_window(browser, town.url, WIDTHS[width], scheme=scheme, language=language) as window:
            for pattern in wanted:
                path = GONE if pattern == GONE else address(town, pattern)
                window.page.goto(path if path.startswith("http") else town.url + path)
                window.forgive("404")
                name = re.sub(r"\W+", "-", pattern).strip("-") or "status"
                window.page.screenshot(
                    path=folder / f"{name}.{width}.{language}.{scheme}.png", full_page=True, animations="disabled"
                )
                try:
                    window.in_order()
                except AssertionError as error:
                    yield f"{name} {width} {language} {scheme}: {error}"
                window.faults.clear()


def main() -> None:
    """Into a folder, which is made; ends with 1 where something is wrong with a page."""
    folder, *parts = sys.argv[1:] or sys.exit(__doc__)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, a_town(Path(state)) as town, a_browser() as browser:
        town.burn()
        wrong = list(pictures(town, browser, place, parts))
    for each in wrong:
        print(each, file=sys.stderr)
    print(f"{len(list(place.glob('*.png')))} pictures in {place}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
