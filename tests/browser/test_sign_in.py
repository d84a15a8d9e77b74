"""Signing in with a real browser: led there and back, out again, and what only some may see; on a phone and on a
desk.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pyotp import TOTP

from sentinel.web.access.passwords import hash_password
from tests.browser.chromium import DESK, PHONE, Watched, a_window
from tests.stories.daemon import RunningDaemon

PASSWORD = "caballo correcto"


def a_closed_daemon(folder: Path) -> RunningDaemon:
    users = {
        "ana": {"name": "Ana García", "password": hash_password(PASSWORD), "role": "admin"},
        "vero": {"name": "Vero", "password": hash_password(PASSWORD), "role": "viewer"},
    }
    return RunningDaemon(folder, {"language": "es", "brands": [{"name": "Acme"}], "access": {"users": users}})


def sign_in(window: Watched, account: str, password: str = PASSWORD) -> None:
    page = window.page
    page.get_by_label("Usuario").fill(account)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar").click()


@pytest.mark.parametrize(
    ("shape", "script"), [(PHONE, True), (PHONE, False), (DESK, True)], ids=["phone", "phone without scripts", "desk"]
)
def test_in_where_one_wanted_to_go_and_out_again(
    tmp_path: Path, browser: Browser, shape: dict[str, Any], script: bool
) -> None:
    """A stranger who asks for the wall gets there by signing in; what they did stands in the log; afterwards they are a
    stranger again.
    """
    with (
        a_closed_daemon(tmp_path) as daemon,
        a_window(browser, f"http://127.0.0.1:{daemon.port}", shape, script=script) as window,
    ):
        page = window.open("/wall").page
        expect(page).to_have_url(f"{window.url}/login?next=%2Fwall")
        looks_good(window, script)
        sign_in(window, "ana", "equivocada")
        expect(page.get_by_role("alert")).to_contain_text("no son correctos")
        window.forgive("403")
        looks_good(window, script)
        sign_in(window, "ana")
        expect(page).to_have_url(f"{window.url}/wall")
        window.open("/audit")
        expect(page.get_by_role("main")).to_contain_text("rechazado")
        looks_good(window, script)
        page.get_by_role("button", name="Salir").click()
        expect(page).to_have_url(f"{window.url}/login")
        window.open("/audit")
        expect(page).to_have_url(f"{window.url}/login?next=%2Faudit")
        sign_in(window, "vero")
        expect(page.get_by_role("main")).to_contain_text("No puedes hacer esto")
        window.forgive("403")
        looks_good(window, script)


@pytest.mark.parametrize("shape", [PHONE, DESK], ids=["phone", "desk"])
def test_the_second_step_and_the_way_back_in(tmp_path: Path, browser: Browser, shape: dict[str, Any]) -> None:
    """Set up with the secret that an app would read, asked for at the next sign-in, taken off by a recovery link; each
    page as it is seen on the way.
    """
    with (
        a_closed_daemon(tmp_path) as daemon,
        a_window(browser, f"http://127.0.0.1:{daemon.port}", shape) as window,
    ):
        page = window.open("/account").page
        sign_in(window, "ana")
        looks_good(window, script=True)
        page.get_by_label("Contraseña").fill(PASSWORD)
        page.get_by_role("button", name="Configurarlo").click()
        looks_good(window, script=True)
        secret = page.locator("code").inner_text().replace(" ", "")
        page.get_by_label("Código de tu aplicación").fill(TOTP(secret).now())
        page.get_by_role("button", name="Confirmar").click()
        expect(page.locator(".codes li")).to_have_count(10)
        looks_good(window, script=True)
        window.open("/people")
        looks_good(window, script=True)
        window.open("/account")
        looks_good(window, script=True)
        page.get_by_role("button", name="Salir", exact=True).click()
        sign_in(window, "ana")
        expect(page).to_have_url(f"{window.url}/login/code")
        looks_good(window, script=True)
        command = [sys.executable, "-m", "sentinel", "user", "recover", "ana", "-c", str(daemon.config)]
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        window.open(made.stdout.strip().removeprefix(window.url))
        looks_good(window, script=True)
        page.get_by_role("button", name="Entrar como ana").click()
        page.get_by_role("button", name="Quitar el segundo paso").click()
        expect(page.get_by_role("status").filter(has_text="quitado")).to_be_visible()
        looks_good(window, script=True)


def looks_good(window: Watched, script: bool) -> None:
    """In both schemes; axe is a script, so it looks only where scripts run."""
    for scheme in ("dark", "light") if script else ():
        window.page.emulate_media(color_scheme=scheme)
        window.accessible()
    window.in_order()
