"""The documents: links and anchors lead somewhere, each has its twin in the other language, and what they tell people
to type is there.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml
from apprise import Apprise

from sentinel.cli.main import COMMANDS, Commands
from sentinel.notify.channels import scheme_of
from sentinel.notify.installed import by_scheme
from tests.packaging.documents import ENGLISH_ONLY, ROOT, SPANISH_ONLY, TWINS, Document, documents, slug

ALL = documents()
BY_NAME = {each.name: each for each in ALL}
GUIDES = ("docs/channels.md", "docs/es/canales.md")
SERVICES = ("ntfys", "tgram", "mailtos", "azure", "slack", "workflows", "discord", "twilio", "vonage", "nexmo")


@pytest.mark.parametrize("document", ALL, ids=lambda each: each.name)
def test_every_link_leads_to_a_file_and_a_heading(document: Document) -> None:
    """Anchors of the same document and of others, with the accents that headings have."""
    for link in document.links():
        place, _, anchor = link.partition("#")
        target = (document.path.parent / place).resolve() if place else document.path
        assert target.exists(), f"{document.name}: {link}: no such file"
        if anchor:
            assert anchor in Document(target).anchors, f"{document.name}: {link}: no such heading"


def test_every_document_has_a_twin_or_a_reason() -> None:
    """A new one is put on one of the lists, and nothing on them is gone."""
    english = {each.name for each in ALL if each.path.parent == ROOT / "docs"} | {"README.md"}
    spanish = {each.name for each in ALL if each.path.parent == ROOT / "docs" / "es"} | {"README.es.md"}
    assert english == set(TWINS) | set(ENGLISH_ONLY)
    assert spanish == set(TWINS.values()) | set(SPANISH_ONLY)
    assert all((ENGLISH_ONLY | SPANISH_ONLY).values())


@pytest.mark.parametrize(("english", "spanish"), TWINS.items())
def test_twins_name_each_other_at_the_top(english: str, spanish: str) -> None:
    """Whoever opens the wrong one finds the other in its first lines."""
    for one, other in ((english, spanish), (spanish, english)):
        top = "\n".join(BY_NAME[one].text.splitlines()[:9])
        assert re.search(rf"\]\([^)]*{re.escape(other.rpartition('/')[2])}\)", top), one


@pytest.mark.parametrize("spanish", [*TWINS.values(), *SPANISH_ONLY])
def test_a_spanish_day_needs_no_english(spanish: str) -> None:
    """Where a Spanish document leads to an English one that has a twin, it is the twin that it leads to; its own is
    named once, at the top.
    """
    document = BY_NAME[spanish]
    own = next((english for english, twin in TWINS.items() if twin == spanish), "")
    below = document.prose.split("\n## ", 1)[-1] if "\n## " in document.prose else ""
    for link in Document.links(document):
        target = (document.path.parent / link.partition("#")[0]).resolve()
        name = target.relative_to(ROOT).as_posix() if target.exists() else ""
        assert name not in TWINS or (name == own and f"({link})" not in below), f"{spanish}: {link}"


def _lines(document: Document) -> list[str]:
    shell = "\n".join(document.blocks("sh", "console", "shell")).splitlines()
    return [*shell, *document.code()]


@pytest.mark.parametrize("document", [each for each in ALL if each.name != "CHANGELOG.md"], ids=lambda each: each.name)
def test_commands_are_there_with_their_options(document: Document) -> None:
    """Every `sentinel …` that a document tells people to type."""
    for line in _lines(document):
        for said in re.findall(r"(?:^|[\s/])sentinel ((?:[a-z][a-z-]+|--).*?)(?=$|[|;&>#)]| \.\.\.)", line):
            words = said.split()
            if words[0] in COMMANDS:
                _known(words, f"{document.name}: {line}")
            else:
                assert words[0].startswith("-") or _no_command(line), f"{document.name}: {line}"


def _known(words: list[str], where: str) -> None:
    command = Commands()._imported(words[0])
    rest = words[1:]
    while rest and hasattr(command, "commands"):
        for name in rest.pop(0).split("|"):
            assert name in command.commands or not name.islower() or name == "…", f"{where}: no {name}"
        command = command.commands.get(words[len(words) - len(rest) - 1].split("|")[0], typer.core.TyperCommand("x"))
    options = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help", "-h"}
    for word in rest:
        if re.fullmatch(r"--?[a-z][a-z-]*", word) and command.params:
            assert word in options, f"{where}: no {word}"


def _no_command(line: str) -> bool:
    """`systemctl stop sentinel && sentinel …`, `docker compose logs sentinel`, an image's name."""
    return bool(
        re.match(
            r"\s*\$? ?(systemctl|docker|pipx?|apt|useradd|chown|install|psql|pg_dump|pg_restore|import|from)\b", line
        )
    )


@pytest.mark.parametrize("name", GUIDES)
def test_the_recipes_addresses_are_addresses(name: str) -> None:
    """Every one that a recipe ends in is taken by the notifier that would send to it."""
    recipes = re.split(r"^## ", BY_NAME[name].text, flags=re.MULTILINE)
    (steps,) = (each for each in recipes if slug(each.splitlines()[0]) in ("step-by-step", "paso-a-paso"))
    found = [each for each in re.findall(r"`([a-z0-9]+://[^`\s]+)`", steps) if not each.startswith(("http", "json"))]
    assert {scheme_of(each) for each in found} >= set(SERVICES)
    notifiers = by_scheme()
    for url in found:
        own = notifiers.get(scheme_of(url))
        assert (own.complaint(url) is None) if own else Apprise().add(url), f"{name}: {url}"


def test_both_languages_give_the_same_addresses() -> None:
    """A recipe that is mended in one language is mended in the other."""
    english, spanish = (set(re.findall(r"`(\w+://[^`\s$]+)`", BY_NAME[name].text)) for name in GUIDES)
    theirs = {scheme_of(each) for each in SERVICES}
    assert {each for each in english if scheme_of(each) in theirs} == {
        each for each in spanish if scheme_of(each) in theirs
    }


def test_the_site_shows_every_document() -> None:
    """Its list of pages names all of them, and nothing else."""
    listed = re.findall(r"[\w./-]+\.md", yaml.dump(_navigation()))
    shown = {each.name.removeprefix("docs/") for each in ALL if each.path.is_relative_to(ROOT / "docs")}
    assert sorted(listed) == sorted([*shown, "index.md", "es/index.md", "changelog.md", "contributing.md"])


def _navigation() -> object:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text[text.index("\nnav:") :])["nav"]


def test_blocks_of_shell_can_be_read() -> None:
    """No quote is left open in what people paste."""
    for document in ALL:
        for block in document.blocks("sh"):
            shlex.split(block, comments=True)


def test_the_site_is_built_without_a_word_of_complaint(tmp_path: Path) -> None:
    """Strict: every link, anchor and page; no page asks another server for anything."""
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    ended = subprocess.run(build, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    pages = {path.relative_to(tmp_path / "site").as_posix(): path for path in (tmp_path / "site").rglob("*.html")}
    assert '<html lang="es"' in pages["es/canales.html"].read_text(encoding="utf-8")
    assert '<html lang="en"' in pages["channels.html"].read_text(encoding="utf-8")
    for name, path in pages.items():
        loaded = re.findall(r'<(?:script|img|link)\b[^>]*?(?:src|href)="?(https?:[^"> ]+)', path.read_text("utf-8"))
        assert not loaded, f"{name}: {loaded}"
