"""Reading one playbook's text: what it gives, and every mistake with its file and line."""

import pytest

from sentinel.errors import ConfigError
from sentinel.playbooks.playbook import CrisisType, Section, heading, parse_playbook
from sentinel.scoring.level import Level

GOOD = """---
title: Mi caída
language: es
types: [outage, customer_care]
levels: [alert, crisis]
brands: [Acme]
cues: {"caid*": 3, "sin línea": 2.5}
---

## Primeros 15 / 60 minutos

- [ ] **Llama**
- [ ] Respira

## Nuestros teléfonos

Los de siempre.
"""


def test_a_playbook_is_what_its_text_says() -> None:
    """Name from the file, the rest from the front matter, sections by heading with the line they begin at."""
    playbook = parse_playbook("mios/es/caida.md", GOOD)
    assert playbook.name == "caida"
    assert playbook.types == (CrisisType.OUTAGE, CrisisType.CUSTOMER_CARE)
    assert playbook.cues == {"caid*": 3, "sin línea": 2.5}
    assert playbook.sections == {
        "Primeros 15 / 60 minutos": "- [ ] **Llama**\n- [ ] Respira",
        "Nuestros teléfonos": "Los de siempre.",
    }
    assert playbook.line(Section.FIRST_STEPS) == 12
    assert playbook.line(Section.HOLDING) == 1


def test_windows_files_are_read_the_same() -> None:
    """A byte-order mark and CR LF change nothing."""
    assert (
        parse_playbook("x.md", "\ufeff" + GOOD.replace("\n", "\r\n")).sections == parse_playbook("x.md", GOOD).sections
    )


def test_a_playbook_fits_its_brands_and_levels() -> None:
    """Case of the brand does not count; a brand that has calmed down keeps its playbooks."""
    playbook = parse_playbook("x.md", GOOD)
    assert playbook.fits("ACME", Level.ALERT)
    assert playbook.fits("Acme", Level.CALM)
    assert not playbook.fits("Acme", Level.WATCH)
    assert not playbook.fits("Globex", Level.CRISIS)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("---\ntitle", "title"), "x.md:1: a playbook begins with YAML front matter"),
        (("---\n\n##", "\n##"), "x.md:1: a playbook begins with YAML front matter"),
        (
            ("title: Mi caída\nlanguage: es\ntypes: [outage, customer_care]", "{["),
            "x.md:4: the front matter is no YAML",
        ),
        (("title: Mi caída", "title: \x07"), "x.md:1: the front matter is no YAML"),
        (("title: Mi caída\n", ""), "x.md:2: object missing required field `title`"),
        (("types: [outage, customer_care]", "types: [outage, flood]"), "x.md:4: types: invalid enum value 'flood'"),
        (("types: [outage, customer_care]", "types: []"), "x.md:4: types: expected `array` of length >= 1"),
        (("levels: [alert, crisis]", "levels: [alert, bad]"), "x.md:5: levels: invalid enum value 'bad'"),
        (("brands: [Acme]", "brands: Acme"), "x.md:6: brands: expected `array`, got `str`"),
        (("brands: [Acme]", "brand: [Acme]"), "x.md:6: object contains unknown field `brand`"),
        (('"caid*": 3', '"caid*": 30'), "x.md:7: cues: expected `float` <= 10"),
        (("language: es", "language: tlh"), "x.md:3: language: no phrases in language 'tlh'"),
        (("## Primeros", "Hola\n\n## Primeros"), "x.md:10: text before the first `## ` heading"),
        (
            ("## Nuestros teléfonos", "## Primeros 15 / 60 minutos"),
            "x.md:15: the section 'Primeros 15 / 60 minutos' stands there twice",
        ),
        (
            ("## Nuestros teléfonos", "## Comunicados de espera"),
            "x.md:15: the section 'Comunicados de espera' is unknown; write 'Comunicado",
        ),
    ],
)
def test_mistakes_name_file_and_line(change: tuple[str, str], complaint: str) -> None:
    """What is wrong, where, and what is allowed."""
    assert change[0] in GOOD
    with pytest.raises(ConfigError) as caught:
        parse_playbook("x.md", GOOD.replace(*change))
    assert caught.value.problems[0].startswith(complaint), caught.value.problems


@pytest.mark.parametrize("front", ["", "- a", "hola"])
def test_front_matter_without_keys_is_refused(front: str) -> None:
    """An empty front matter, a list or a word are no front matter."""
    with pytest.raises(ConfigError, match="x.md:2: the front matter holds no keys"):
        parse_playbook("x.md", f"---\n{front}\n---\n## Nota\n")


def test_a_playbook_without_sections_is_refused() -> None:
    """Front matter alone helps nobody."""
    with pytest.raises(ConfigError, match="no section; write at least one"):
        parse_playbook("x.md", "---\ntitle: T\nlanguage: es\ntypes: [outage]\n---\n")


def test_folder_and_language_must_agree() -> None:
    """An English text in the Spanish folder is a slip that would show in the middle of a crisis."""
    with pytest.raises(ConfigError, match="language: 'es' in the folder 'en'"):
        parse_playbook("mios/en/caida.md", GOOD)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_section_has_its_heading(language: str) -> None:
    """Thirteen sections, thirteen different headings."""
    assert len({heading(language, section) for section in Section}) == len(Section)
