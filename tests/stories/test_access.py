"""A team signs in to the real daemon: over restarts and reloads, with its programs beside it."""

import re
import signal
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import yaml
from click.testing import Result
from typer.testing import CliRunner

from sentinel.cli.main import app
from sentinel.web.access.passwords import hash_password
from tests.forks.children import run_command
from tests.forks.patience import HUNG
from tests.stories.daemon import RunningDaemon, eventually

PASSWORD = "caballo correcto"


class Browser:
    """Keeps cookies and follows where it is led."""

    def __init__(self, daemon: RunningDaemon) -> None:
        self._base = f"http://127.0.0.1:{daemon.port}"
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Status, where it ended, and the page; with fields it posts them."""
        body = urlencode(fields).encode() if fields else None
        try:
            with self._opener.open(
                Request(self._base + path, data=body, headers={"Accept": "text/html"}), timeout=HUNG
            ) as answer:
                return answer.status, answer.url.removeprefix(self._base), answer.read().decode()
        except HTTPError as error:
            return error.code, path, error.read().decode()


def a_house(folder: Path, password: str = PASSWORD) -> RunningDaemon:
    users = {"ana": {"name": "Ana", "password": hash_password(password), "role": "admin"}}
    tokens = [{"name": "ops", "token": "ops-token", "scopes": ["admin"]}]
    return RunningDaemon(folder, {"brands": [{"name": "Acme"}], "access": {"users": users, "tokens": tokens}})


def test_a_session_outlives_a_restart_and_ends_with_the_password(tmp_path: Path) -> None:
    """Signing in, a restart, a reload with another password; the log of it all is there in the end."""
    with a_house(tmp_path) as daemon:
        browser = Browser(daemon)
        status, where, page = browser.open("/audit")
        assert (status, where) == (200, "/login?next=%2Faudit")
        assert browser.open("/login", account="ana", password="wrong wrong", next="/audit")[0] == 403
        status, where, page = browser.open("/login", account="ana", password=PASSWORD, next="/audit")
        assert (status, where) == (200, "/audit")
        assert daemon.stop() == 0
        daemon.start()
        status, where, page = browser.open("/audit")
        assert (status, where) == (200, "/audit")
        assert page.count("<li class=") == 2
        daemon.config.write_text(
            yaml.safe_dump(
                yaml.safe_load(daemon.config.read_text())
                | {"access": a_house(tmp_path, "another one").settings["access"]}
            )
        )
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: browser.open("/audit")[1] == "/login?next=%2Faudit", "the session ends with the password")
        browser.open("/login", account="ana", password="another one", next="/audit")
        page = browser.open("/audit")[2]
        key = re.search(r'name="form_key" value="([0-9a-f]+)"', page)
        assert key is not None
        assert browser.open("/logout", form_key=key[1])[1] == "/login"
        assert browser.open("/")[1] == "/login"
        assert PASSWORD not in daemon.log


def test_the_command_line_asks_with_a_token(tmp_path: Path) -> None:
    """The configuration's own, or the one that the environment has."""
    with a_house(tmp_path) as daemon:
        asked = ("silence", "list", "-c", str(daemon.config))
        own, wrong = run_command(*asked), run_command(*asked, environment={"SENTINEL_TOKEN": "guess"})
    assert (own.status, own.out.strip()) == (0, "no silences")
    assert wrong.status == 1
    assert "answers 401" in wrong.err
    assert "guess" not in wrong.err


def test_a_locked_out_admin_gets_back_in_from_the_machine_itself(tmp_path: Path) -> None:
    """A link beside the running daemon, one while it is down, sessions seen and ended; every one of it in the log."""

    def user(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["user", *arguments, "-c", str(tmp_path / "sentinel.yaml")])

    with a_house(tmp_path) as daemon:
        browser, base = Browser(daemon), f"http://127.0.0.1:{daemon.port}"
        made = user("recover", "ana")
        assert (made.exit_code, made.stderr.count("once, within 15 minutes")) == (0, 1)
        link = made.stdout.strip().removeprefix(base)
        assert "Sign in as ana" in browser.open(f"{link}?lang=en")[2]
        assert browser.open(link, ok="1")[:2] == (200, "/account")
        assert browser.open(link, ok="1")[0] == 403
        assert "NAME: unknown user of access.users 'anna'; did you mean 'ana'?" in str(
            user("recover", "anna").exception
        )
        assert '"recovered":true' in user("sessions", "--json").stdout
        assert user("sign-out", "ana").stdout == "ana: 1 sessions ended\n"
        assert browser.open("/")[1] == "/login"
        browser.open("/login", account="ana", password=PASSWORD)
        assert daemon.stop() == 0
        assert user("sign-out", "ana").stdout == "ana: 1 sessions ended\n"
        later = user("recover", "ana").stdout.strip().removeprefix(base)
        daemon.start()
        assert browser.open("/")[1] == "/login"
        assert browser.open(later, ok="1")[1] == "/account"
        page = browser.open("/audit?lang=en")[2]
        assert page.count("Make a recovery link") == 2
        assert page.count("on the machine itself") == 3
        assert page.count("Sign in by a recovery link") == 3
        assert link.rpartition("/")[2] not in daemon.log
