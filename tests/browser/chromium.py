"""Debian's Chromium, driven by Playwright, and a watch over it that forgives nothing a person would not."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 120_000
"""Milliseconds an expectation waits; a machine under load is slow, not wrong."""
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
GRAVE = ("serious", "critical")
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
Scheme = Literal["light", "dark"]


def program() -> str:
    """Where Chromium is; without it tests are skipped, but not where everything else that tests need was installed for
    them.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        why = "chromium is not installed: sudo apt-get install chromium"
        if os.environ.get("CI") == "true" and shutil.which("prometheus"):
            pytest.fail(why)
        pytest.skip(why)
    return found


@contextmanager
def a_browser() -> Iterator[Browser]:
    """One browser, with a profile that is forgotten at the end."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[*QUIET])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page, and what went wrong on it: faults on the console, scripts that failed, what its policy had to stop."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on(
            "console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", self._asked)

    def _asked(self, dialog: Any) -> None:
        self.faults.append(f"a dialog says {dialog.message}")
        dialog.dismiss()

    def open(self, path: str) -> "Watched":
        answer = self.page.goto(path if path.startswith("http") else self.url + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self

    def forgive(self, status: str) -> None:
        """The browser says of a page that was refused what the page says too."""
        self.faults = [fault for fault in self.faults if f"status of {status}" not in fault]

    def in_order(self) -> None:
        """Nothing went wrong, and nothing sticks out sideways."""
        assert not self.faults, (self.page.url, self.faults)
        assert self.page.evaluate(WIDER) <= 0, (
            f"{self.page.url} is wider than its window by {self.page.evaluate(WIDER)} px: {self.widest()}"
        )

    def widest(self) -> list[str]:
        """What sticks out, to find it."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((e) => e.outerHTML.slice(0, 120))"""
        )

    def accessible(self) -> None:
        """No serious or critical fault by axe-core."""
        found = [each for each in Axe().run(self.page).response["violations"] if each["impact"] in GRAVE]
        assert not found, "\n".join(
            (
                f"{self.page.url}: {each['id']} ({each['impact']}): {each['help']}: "
                f"{[node['html'][:160] for node in each['nodes'][:3]]}"
            )
            for each in found
        )


@contextmanager
def a_window(
    browser: Browser,
    url: str,
    shape: dict[str, Any],
    *,
    scheme: Scheme = "light",
    language: str = "es",
    script: bool = True,
) -> Iterator[Watched]:
    """A fresh window onto Sentinel, with cookies of its own."""
    context = browser.new_context(
        **shape,
        color_scheme=scheme,
        locale={"es": "es-ES", "en": "en-GB"}[language],
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    try:
        yield Watched(context.new_page(), url)
    finally:
        context.close()


def picture(watched: Watched, name: str, *, whole: bool = False) -> None:
    """Keep how the page looks as ``NAME.png`` in the folder that SENTINEL_SCREENSHOTS names, where it names one; small,
    by its palette.
    """
    folder = os.environ.get("SENTINEL_SCREENSHOTS")
    if not folder:
        return
    from PIL import Image

    path = Path(folder) / f"{name}.png"
    watched.page.screenshot(path=path, full_page=whole, animations="disabled", caret="hide")
    with Image.open(path) as drawn:
        small = drawn.convert("RGB").quantize(colors=128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
