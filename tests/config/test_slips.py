"""Slips that make a file say something else than was meant: each is a mistake, and its message says what to type."""

from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.config.passwords import misread_sign
from tests.config.test_mistakes import ONE, SECRET, mistakes


def terms(written: str) -> str:
    return f"brands:\n  - name: Acme\n    match:\n      any: {written}\n"


QUOTED = 'put it in quotes: "#acme" (a comment has a space: # acme)'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (terms("@acme"), 'put it in quotes: "@acme"'),
        (terms("[@acme, b]"), 'put it in quotes: "@acme"'),
        (terms("\n        - @acme"), 'put it in quotes: "@acme"'),
        (terms("[acme, `b`]"), 'put it in quotes: "`b`"'),
        (terms("[%acme]"), 'put it in quotes: "%acme"'),
        (terms("[*acme]"), 'a value that begins with * wants quotes: "*acme"'),
        (terms("[#acme, b]"), QUOTED),
        (terms("[b, #acme,\n        c]"), f"4:7: brands.0.match.any: YAML reads #acme as a comment; {QUOTED}"),
        (terms("[b #acme\n        , c]"), QUOTED),
        (
            terms("\n        - #acme\n        - b"),
            f"5:10: brands.0.match.any.0: YAML reads #acme as a comment; {QUOTED}",
        ),
        (terms("#acme"), f"4:7: brands.0.match.any: YAML reads #acme as a comment; {QUOTED}"),
        ("brands: [{name: #acme\n}]\n", QUOTED),
        ("brands:\n  - name:\tAcme\n", "YAML takes no tabs here; write spaces"),
        ("brands:\n\t- name: Acme\n", "YAML takes no tabs here; write spaces"),
        ("brands:\n  - name: Acme: the shop\n", "a colon and a space in it wants quotes around all of it"),
        ("brands: [{name: Acme: the shop}]\n", "a colon and a space in it wants quotes around all of it"),
        ('brands:\n  - name: "Acme" shop\n', "what goes on after a quote wants quotes around all of it"),
        ("brands:\n  - name: 'Acme\n", "a quote that is opened must be closed"),
    ],
)
def test_what_yaml_takes_for_something_else(tmp_path: Path, text: str, said: str) -> None:
    """One message that says what to type, and none that only follows from it."""
    (line,) = mistakes(tmp_path, text)
    assert said in line


@pytest.mark.parametrize(
    "text",
    [
        terms('["@acme", "#acme"] # both'),
        terms("[acme, # ours\n        b]"),
        "brands: #ours\n  - name: C#\n    match: {any: [c#, 'a #b']}\n",
    ],
)
def test_comments_are_comments(tmp_path: Path, text: str) -> None:
    """With a space after the #, or where nothing is lost."""
    path = tmp_path / "s.yaml"
    path.write_text(text)
    load(path, {})


def test_a_variable_that_is_set_but_empty(tmp_path: Path) -> None:
    """By name, whether nothing stands in it or only spaces; a default is a word on what empty means."""
    channel = ONE + 'contacts: {ana: {channels: ["json://${PAGER_HOST}/page"]}}\n'
    said = (
        "2:29: contacts.ana.channels.0: PAGER_HOST is set in the environment, "
        "but empty; fill it, or write ${PAGER_HOST:-default}"
    )
    for nothing in ("", " ", "\n"):
        assert mistakes(tmp_path, channel, PAGER_HOST=nothing) == [said]
    (tmp_path / "s.yaml").write_text(ONE + 'playbooks: "${FOLDER:-}"\nlanguage: "${LANGUAGE_:-es}"\n')
    assert load(tmp_path / "s.yaml", {"FOLDER": "", "LANGUAGE_": ""}).language == "es"


@pytest.mark.parametrize("sign", ["#", "/", "@", "?", ":", "["])
@pytest.mark.parametrize(
    "url",
    [
        "mailtos://sentinel:{}@example.org?smtp=mail.example.org&to=ana@example.org",
        "json://ana:{}@pages.example:8443/x",
        "mqtt://ana:{}@broker.example/alarms?qos=1",
    ],
)
def test_a_sign_in_a_password_that_ends_it(tmp_path: Path, url: str, sign: str) -> None:
    """Named with what to write in its place, also out of the environment; written so, it is taken."""
    wanted = (
        f"the `{sign}` in the user or password is read as a part of the address; write %{ord(sign):02X} in its place"
    )
    written = ONE + "contacts: {ana: {channels: ['" + url.format("${PASSWORD}") + "']}}\n"
    (line,) = mistakes(tmp_path, written, PASSWORD=f"{SECRET}{sign}{SECRET}")
    assert wanted in line
    (line,) = mistakes(tmp_path, written.replace("${PASSWORD}", f"{SECRET}{sign}x"))
    assert wanted in line
    (tmp_path / "s.yaml").write_text(written)
    load(tmp_path / "s.yaml", {"PASSWORD": f"{SECRET}%{ord(sign):02X}x"})


def test_passwords_everywhere_in_the_file(tmp_path: Path) -> None:
    """Feeds, heartbeat and store as well."""
    text = (
        ONE + "sources: {n: {type: feeds, urls: ['https://u:p#w@feeds.example/f']}}\n"
        "watch: {heartbeat: {url: 'https://u:p/w@beat.example/x'}}\n"
        "store: {url: 'postgresql+asyncpg://u:p@w@db.example/s'}\n"
    )
    assert [line.split(" in the user")[0] for line in mistakes(tmp_path, text)] == [
        "2:35: sources.n.urls.0: the `#`",
        "3:21: watch.heartbeat.url: the `/`",
        "4:9: store.url: the `@`",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "tgram://123456789:AABBccddeeffgghhiijjkkllmmnnooppqqr/@channel",
        "slack://T/B/X/#general/@user",
        "mailto://127.0.0.1:25?from=a@example.org&to=b@example.org",
        "json://pages.example:8443/a@b#c",
        "json://ana@pages.example/x?y=1:2@3",
        "ntfys://ana:a:b@ntfy.example/topic",
        "postgresql+asyncpg://u:p#w/x@db.example/s",
        "https://u:p@w@feeds.example/f",
        "log://",
    ],
)
def test_addresses_that_mean_what_they_say(url: str) -> None:
    """Signs that stand where they belong, or that do no harm there."""
    assert misread_sign(url) is None
