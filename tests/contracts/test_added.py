"""Plugins of another package: found, shown everywhere, held to the contracts; what is wrong with one costs only it."""

import json
from pathlib import Path

import pytest
import yaml

from tests.contracts.added import ROOT, files_of_the_guide, install, run

SUITES = [
    str(path)
    for path in (*sorted((ROOT / "tests" / "contracts").glob("test_*s.py")), ROOT / "tests/sources/test_contract.py")
    if path.exists()
]
ADDED = ("guestbook", "after_hours", "step", "bell")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("site"), files_of_the_guide())


def test_they_are_listed(installed: Path) -> None:
    """`sentinel plugins` says what each is, the file with every key and its schema hold them."""
    listed = run(installed, "-m", "sentinel", "plugins")
    assert (listed.returncode, listed.stderr) == (0, "")
    for kind, name in zip(("source", "signal", "detector", "notifier"), ADDED, strict=True):
        assert any(kind in line and name in line for line in listed.stdout.splitlines()), name
    written = "from sentinel.config import document as d; print(d.json_schema_text() + '\\0' + d.full_yaml())"
    schema_text, _, full = run(installed, "-c", written).stdout.partition("\0")
    schema = json.loads(schema_text)
    assert schema["$defs"]["Source_guestbook"]["properties"]["url"]["description"].startswith("Where it answers")
    assert "guestbook" in schema["properties"]["sources"]["additionalProperties"]["properties"]["type"]["enum"]
    assert schema["$defs"]["Weights"]["properties"]["after_hours"]["description"].startswith("Drift of the hourly mood")
    assert "bell://SECRET@host.example" in schema["$defs"]["ContactSettings"]["properties"]["channels"]["examples"][0]
    read = yaml.safe_load(full)
    assert read["sources"]["my_guestbook"]["url"] == "https://shop.example/guestbook.json"
    assert read["scoring"]["weights"]["after_hours"] == 1.0
    assert "# `bell://SECRET@host.example`: Rings the bell" in full


def test_they_may_be_configured(installed: Path, tmp_path: Path) -> None:
    """A file that uses all of them is right, and a mistake in one's settings is named as any other."""
    file = tmp_path / "sentinel.yaml"
    text = """
brands: [{name: Acme}]
scoring: {weights: {after_hours: 2}}
contacts: {ana: {channels: ["bell://t0ken@shop.example"]}}
sources: {book: {type: guestbook, url: "https://shop.example/book.json"}}
"""
    file.write_text(text)
    right = run(installed, "-m", "sentinel", "check-config", "-c", str(file))
    assert (right.returncode, right.stdout) == (0, "ok\n"), right.stdout
    file.write_text(text.replace("https:", "gopher:").replace("t0ken@", ""))
    wrong = run(installed, "-m", "sentinel", "check-config", "-c", str(file))
    assert wrong.returncode == 2
    assert "sources.book.url" in wrong.stdout
    assert "bell:// wants a token and a host" in wrong.stdout


def test_they_keep_to_the_contracts(installed: Path) -> None:
    """The same suites as ours, over theirs: every test of every one of them passes."""
    chosen = " or ".join(ADDED)
    ended = run(installed, "-m", "pytest", "-v", "-n", "0", "-p", "no:cacheprovider", "-k", chosen, *SUITES)
    assert ended.returncode == 0, ended.stdout[-3000:]
    passed = [line for line in ended.stdout.splitlines() if "PASSED" in line]
    for name in ADDED if any("sources" in suite for suite in SUITES) else ADDED[1:]:
        assert sum(f"[{name}" in line or f"-{name}" in line for line in passed) >= 10, name


def test_the_guides_examples_hold(installed: Path) -> None:
    """What a docstring shows is what happens."""
    modules = [path[:-3].replace("/", ".") for path in files_of_the_guide() if path.endswith(".py")]
    assert len(modules) == 4
    code = (
        f"import doctest, importlib\nfor m in {modules}: assert not doctest.testmod(importlib.import_module(m)).failed"
    )
    assert run(installed, "-c", code).returncode == 0


def test_a_series_may_be_judged_by_another_detector(installed: Path, tmp_path: Path) -> None:
    """By its name; one that there is not is named with those there are."""
    series = tmp_path / "series.csv"
    series.write_text("timestamp,value\n" + "".join(f"2026-03-02 09:0{n},{v}\n" for n, v in enumerate((5, 6, 5, 60))))
    judged = run(installed, "-m", "sentinel", "detect", str(series), "--detector", "step")
    assert judged.stdout.splitlines()[-1] == "2026-03-02 09:03,60,0.982143,1"
    unknown = run(installed, "-m", "sentinel", "detect", str(series), "--detector", "stepp")
    assert unknown.returncode == 2
    assert "did you mean 'step'" in unknown.stderr


BROKEN = {
    "broken-1.0.dist-info/entry_points.txt": """
[sentinel.sources]
http = broken.good:Nothing
gone = broken.gone:Gone
Upper = broken.good:Nothing
[sentinel.signals]
unworthy = broken.good:Unworthy
abstract = broken.good:Abstract
nothing = broken.good:Nothing
[sentinel.phrases]
broken = broken.nowhere
""",
    "broken/good.py": """
from sentinel.signals.base import Family, Signal, nothing

class Nothing: ...
class Unworthy(Signal):
    family = Family.MOOD
    def read(self, view):
        return nothing()
class Abstract(Signal):
    worth, family = 1.0, Family.MOOD
""",
}


def test_what_is_broken_is_left_out_and_told(tmp_path: Path) -> None:
    """Each fault names the entry point, its package, what is wrong and what to do; everything else works."""
    folder = install(tmp_path / "site", BROKEN, "broken")
    listed = run(folder, "-m", "sentinel", "plugins")
    assert listed.returncode == 1
    assert "bluesky" in listed.stdout
    said = listed.stderr.splitlines()
    for name, reason in (
        ("http", "takes a name that is taken"),
        ("gone", "cannot be imported (ModuleNotFoundError"),
        ("Upper", "is no name"),
        ("unworthy", "lacks worth; set it"),
        ("abstract", "lacks read; write it"),
        ("nothing", "is no Signal"),
        ("broken", "no package that can be imported"),
    ):
        assert any(f"entry point {name} = " in line and reason in line for line in said), name
    assert all("(package broken)" in line for line in said)
    checked = run(folder, "-m", "sentinel", "check-config", "-c", str(ROOT / "config" / "sentinel.yaml"))
    assert "entry point gone" in checked.stderr
    assert checked.returncode == 0, checked.stdout


READ = """
import asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from storefront.guestbook import GuestbookSettings, GuestbookSource
from tests.fakes import HurriedClock
from tests.sources.inlet import KeepingInlet
from tests.sources.tasks import running

ENTRIES = [
    {"id": "1", "text": "Acme me ha cobrado dos veces", "at": "2026-03-02T09:00:00Z", "name": "Eva"},
    {"id": "2", "text": "otra vez Acme", "at": "2026-03-02T10:00:00+01:00"},
    {"id": 3, "text": "Acme no abre", "at": "2026-03-02T09:30:00Z"},
    {"id": "4", "text": "Acme", "at": "2026-03-02T09:30:00"},
]

async def main():
    app = web.Application()
    app.router.add_get("/book", lambda _: web.json_response({"entries": ENTRIES}))
    server = TestServer(app)
    await server.start_server()
    settings = GuestbookSettings(type="guestbook", url=str(server.make_url("/book")))
    clock, inlet = HurriedClock(), KeepingInlet()
    async with running(GuestbookSource("book", settings, clock, user_agent="x"), inlet):
        for _ in range(3):
            await clock.rested()
            await clock.advance(60)
    await server.close()
    print([(each.id, each.text, str(each.published_at)) for each in inlet.mentions], len(inlet.refusals) > 0)

asyncio.run(main())
"""


def test_a_guest_book_is_read_once(installed: Path) -> None:
    """Each entry one time, however often it is asked; one without a zone is passed over and said to be."""
    ended = run(installed, "-c", READ)
    assert "('1', 'Acme me ha cobrado dos veces', '2026-03-02 09:00:00+00:00')" in ended.stdout, ended.stderr
    assert ended.stdout.count("('1'") == 1
    assert "('4'" not in ended.stdout
    assert ended.stdout.rstrip().endswith("True")
