"""Playbooks on a page: what there is in which language, what chooses each, and how it reads when it is filled."""

from pathlib import Path

import pytest

from sentinel.config.base import Language
from sentinel.playbooks.playbook import CrisisType
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.playbooks.reader import read_playbooks
from tests.web.stand import Stand
from tests.web.test_pages import read, words

OWN = """---
title: Our pipes leak {brand}
language: en
types: [outage]
levels: [crisis]
brands: [Banco Sol]
cues:
  "pipe*": 4
---

## First 15 / 60 minutes

- [ ] **Call {{{{ approver }}}}.** Ask.

## Holding statement

### X

{long}
"""


@pytest.fixture
def own(tmp_path: Path) -> PlaybookSet:
    """The shipped ones, and one of our own for Banco Sol whose statement is too long for X."""
    for language in ("es", "en"):
        (tmp_path / language).mkdir()
    (tmp_path / "en" / "outage.md").write_text(OWN.format(brand="<b>", long="We know. " * 20), encoding="utf-8")
    return read_playbooks(tmp_path)


async def test_every_playbook_is_listed_in_both_languages() -> None:
    """The reader's first; each leads to its page."""
    html = await read(Stand(), "/playbooks?lang=es")
    assert html.index(">Español<") < html.index(">Inglés<")
    for kind in CrisisType:
        for language in Language:
            assert f'href="/playbooks/{kind}?in={language}"' in html


@pytest.mark.parametrize("kind", list(CrisisType))
@pytest.mark.parametrize("language", ["es", "en"])
async def test_each_shipped_playbook_is_shown_whole_and_small(kind: CrisisType, language: str) -> None:
    """Filled with an example: no placeholder is left, and the statements fit their channels."""
    html = await read(Stand(), f"/playbooks/{kind}?in={language}&lang=en")
    assert len(html.encode()) <= 100_000
    assert "{{" not in html
    assert "Acme" in html
    assert "300" in words(html)
    assert "over" not in words(html).partition("Holding statements")[2].partition("draft replies")[0]


async def test_a_playbook_says_what_chooses_it() -> None:
    """Type, levels, brands, the words with their weight, and how many points are enough."""
    page = words(await read(Stand(), "/playbooks/outage?in=en&lang=en"))
    assert "Type of crisis outage" in page
    assert "Brands all" in page
    assert "3 points are enough" in page
    assert "ships with Sentinel outage.md" in page


async def test_ones_own_playbook_goes_beside_the_shipped_one(own: PlaybookSet) -> None:
    """Both are listed and shown; markup in a title is text."""
    stand = Stand()
    stand.playbooks = own
    listed = await read(stand, "/playbooks?lang=en")
    assert "Our pipes leak &lt;b&gt;" in listed
    assert 'href="/playbooks/outage?in=en&amp;of=1"' in listed
    html = await read(stand, "/playbooks/outage?in=en&lang=en")
    page = words(html)
    assert "your own" in page
    assert "Banco Sol" in page
    assert "pipe* 4" in page
    shipped = words(await read(stand, "/playbooks/outage?in=en&of=1&lang=en"))
    assert "ships with Sentinel" in shipped
    for odd in ("9", "x", "-1", "99999"):
        assert "Our pipes" in await read(stand, f"/playbooks/outage?in=en&of={odd}")


async def test_a_playbook_in_one_language_alone_says_so(own: PlaybookSet) -> None:
    """A reader of the other one is shown what there is."""
    (first, *_) = [each for each in own if each.name == "outage" and each.language == "en"]
    stand = Stand()
    stand.playbooks = PlaybookSet((first,))
    page = words(await read(stand, "/playbooks/outage?lang=es"))
    assert "Our pipes leak" in page
    assert "Aún no está en Español" in page
    assert "No hay ningún playbook en este idioma (es)" in words(await read(stand, "/playbooks?lang=es"))


async def test_a_playbook_there_is_not() -> None:
    """Is not found."""
    async with Stand().client() as client:
        assert (await client.get("/playbooks/nope")).status == 404
        assert (await client.get("/playbooks/..%2f..%2fetc")).status == 404
