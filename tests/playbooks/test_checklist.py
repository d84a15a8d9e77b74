"""The names of a checklist's items: the same while what is to be done is the same, whatever else is edited, and in
every language.
"""

from dataclasses import replace

import pytest

from sentinel.playbooks.checklist import LONGEST, items, key_of
from sentinel.playbooks.reader import read_playbooks
from sentinel.playbooks.render import Rendered, render
from tests.playbooks.crises import a_crisis
from tests.web.stand import a_playbook

BEFORE = (
    "Antes\n\n- [ ] **Pausa lo programado**, sobre todo ofertas.\n- suelto\n- [ ] Llama a [Luis](https://example.org)"
)


def saying(*sections: str) -> Rendered:
    return replace(a_playbook(), sections=tuple((f"Sección {n}", text) for n, text in enumerate(sections)))


def keys(rendered: Rendered, team: Rendered | None = None) -> list[str]:
    return [item.key for item in items(rendered, team)]


def test_items_are_read_in_order_without_marks() -> None:
    """Only check boxes are; the words as the timeline quotes them, not without end."""
    found = items(saying(BEFORE, "nada", "* [x] " + "muy " * 200))
    assert [(item.section, item.text[:40]) for item in found] == [
        ("Sección 0", "Pausa lo programado, sobre todo ofertas."),
        ("Sección 0", "Llama a Luis"),
        ("Sección 2", ("muy " * 200)[:40]),
    ]
    assert len(found[2].text) <= LONGEST


@pytest.mark.parametrize(
    "after",
    [
        "- [ ] **Pausa lo programado.** Todo, también los anuncios.\n- [ ] Llama a [Luis](https://example.org)",
        "- [ ] Nuevo\n- [ ] Llama a [Luis](https://otro.example)\n- [ ] **PAUSA lo programado**",
    ],
)
def test_an_edit_of_the_explanation_or_the_order_keeps_the_names(after: str) -> None:
    """And another thing to do has another name."""
    assert set(keys(saying(BEFORE))) <= set(keys(saying(after)))
    assert key_of("**Pausa lo programado**") != key_of("**Publica lo programado**")


def test_people_who_read_different_languages_tick_the_same_box() -> None:
    """By place, section by section; a section with another number of items speaks for itself."""
    spanish, english = (
        saying("- [ ] Uno\n- [ ] Dos", "- [ ] Tres"),
        saying("- [ ] One\n- [ ] Two", "- [ ] Three\n- [ ] Four"),
    )
    assert keys(english, spanish)[:2] == keys(spanish)[:2]
    assert keys(english, spanish)[2:] == keys(english)[2:]
    assert keys(saying("- [ ] Uno"), saying()) == keys(saying("- [ ] Uno"))


@pytest.mark.parametrize("name", sorted({playbook.name for playbook in read_playbooks(None)}))
def test_the_shipped_playbooks_share_every_box(name: str) -> None:
    """Spanish and English have the same items in the same places, each with a name of its own."""
    playbooks = read_playbooks(None)
    spanish, english = (playbooks.get(name, language) for language in ("es", "en"))
    assert spanish is not None
    assert english is not None
    one, two = render(spanish, a_crisis(language="es")), render(english, a_crisis(language="en"))
    assert keys(two, one) == keys(one)
    assert len(set(keys(one))) == len(keys(one)) >= 10
