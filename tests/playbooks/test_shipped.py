"""The shipped playbooks: every one, in both languages, is complete, fits its channels and says nothing it should
not.
"""

import re
from dataclasses import replace
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from sentinel.phrases.phrases import catalogue
from sentinel.playbooks.choose import choose
from sentinel.playbooks.playbook import CrisisType, Playbook, Section, heading
from sentinel.playbooks.reader import read_playbooks
from sentinel.playbooks.rehearsal import POOR, rehearse
from sentinel.playbooks.render import render
from sentinel.playbooks.reply import Tone
from sentinel.playbooks.statement import Channel
from tests.playbooks.crises import a_crisis

SHELF = read_playbooks()
every_playbook = pytest.mark.parametrize("playbook", SHELF.playbooks, ids=lambda p: f"{p.language}/{p.name}")

LONGEST = {"es": ZoneInfo("America/El_Salvador"), "en": ZoneInfo("America/Santo_Domingo")}
POSTS = (
    "Tercer día sin servicio de @acme y nadie responde",
    "¿Alguien sabe qué le pasa a @acme?",
    "@acme menuda vergüenza",
)


def test_both_languages_have_the_same_playbooks() -> None:
    """Whoever reads Spanish finds what whoever reads English finds, of the same types."""
    by_language = {language: {p.name: p.types for p in SHELF if p.language == language} for language in ("es", "en")}
    assert by_language["es"] == by_language["en"]
    assert {kind for types in by_language["es"].values() for kind in types} == set(CrisisType)


@every_playbook
def test_is_whole_and_filled(playbook: Playbook) -> None:
    """Every section is there, in order, with text, and no placeholder is left in it."""
    rendered = render(playbook, a_crisis(*POSTS, language=playbook.language), why="«caída» en 3")
    assert [title for title, _ in rendered.sections] == [heading(playbook.language, section) for section in Section]
    document = rendered.to_markdown()
    assert all(len(body) > 100 for _, body in rendered.sections)
    assert not re.search(r"\{\{|\}\}|\{%|\{#|None|Undefined|XXX|TODO|\[[A-Z_ ]{3,}\]", document)
    assert "Acme" in rendered.title
    assert "72,4" in document if playbook.language == "es" else "72.4" in document
    assert "«caída» en 3" in document


@every_playbook
def test_stands_without_facts(playbook: Playbook) -> None:
    """A blind brand without a ladder still gets a playbook, and the rehearsal of one's own files would pass it."""
    assert rehearse(playbook) == []
    document = render(playbook, replace(POOR, language=playbook.language)).to_markdown()
    assert "None" not in document


@every_playbook
def test_first_steps_fit_a_phone(playbook: Playbook) -> None:
    """Three short lines, none cut."""
    steps = render(playbook, a_crisis(*POSTS)).first_steps
    assert len(steps) == 3
    assert all(10 < len(step) <= 70 and not step.endswith("…") for step in steps)


@pytest.mark.parametrize("language", LONGEST)
def test_the_longest_name_of_a_zone(language: str) -> None:
    """Is the one with which statements are measured, and every zone that has a name is one."""
    named = {key.removeprefix("zones."): said for key, said in catalogue(language).items() if key.startswith("zones.")}
    del named["clock"]
    assert max(map(len, named.values())) == len(named[LONGEST[language].key])
    assert all(ZoneInfo(key).key == key for key in named)


@every_playbook
def test_holding_statements_fit_their_channels(playbook: Playbook) -> None:
    """Even with the longest brand name that the configuration takes, in the zone with the longest name, and without a
    word of a stranger.
    """
    facts = replace(
        a_crisis("PALABRAAJENA", language=playbook.language), brand="Ñ" * 80, zone=LONGEST[playbook.language]
    )
    statements = render(playbook, facts).holding_statements
    assert list(statements) == list(Channel)
    for channel, text in statements.items():
        assert channel.limit is None or channel.measure(text) <= channel.limit, (channel, channel.measure(text))
        assert "PALABRAAJENA" not in text
        assert "\\" not in text
    assert len(statements[Channel.EMAIL]) > len(statements[Channel.X])
    assert len(set(statements.values())) == len(Channel)


@every_playbook
def test_replies_are_many_and_differ(playbook: Playbook) -> None:
    """Three for each tone and form of address, each short enough to post anywhere, no two alike."""
    drafts = render(playbook, replace(a_crisis(language=playbook.language), brand="Ñ" * 80)).draft_replies
    forms = ("tú", "usted") if playbook.language == "es" else (None,)
    for tone in Tone:
        for form in forms:
            assert sum(d.tone is tone and d.form == form for d in drafts) >= 3, (tone, form)
    assert all(Channel.X.measure(d.text) <= 280 for d in drafts)
    for one, other in combinations(drafts, 2):
        assert one.text != other.text
        assert one.form != other.form or one.text[:30] != other.text[:30], "two that begin alike read as pasted"


TU = re.compile(r"\b(?:t[eú]|tu|tus|ti|contigo|escríbenos|cuéntanos|dinos|mándanos|tienes)\b", re.IGNORECASE)
USTED = re.compile(r"\b(?:usted|escríbanos|cuéntenos|envíenos|díganos|tiene razón)\b", re.IGNORECASE)
PLURAL = re.compile(r"\b(?:vosotros|vosotras|os|vuestr[oa]s?|ustedes|\w+(?:áis|éis))\b", re.IGNORECASE)


@pytest.mark.parametrize("playbook", [p for p in SHELF if p.language == "es"], ids=lambda p: p.name)
def test_spanish_keeps_its_form_of_address(playbook: Playbook) -> None:
    """Replies in tú have no usted in them and the other way round, and nothing sounds of one country only."""
    rendered = render(playbook, a_crisis())
    for draft in rendered.draft_replies:
        assert not (USTED if draft.form == "tú" else TU).search(draft.text), draft
    assert not PLURAL.search(rendered.to_markdown())
    formal = rendered.holding_statements[Channel.EMAIL] + rendered.holding_statements[Channel.WEB]
    assert not TU.search(formal)


DELETE = re.compile(
    r"\b(?:borr(?!ador)\w+|elimin\w+|ocult\w+|bloque\w+|silenci[ae]\w*|delet\w+|remov\w+|hid(?:e|ing)|block\w*|mut(?:e|ing)|eras\w+)\b",
    re.IGNORECASE,
)


@every_playbook
def test_never_suggests_to_delete_criticism(playbook: Playbook) -> None:
    """Deleting, hiding and blocking are only ever named among the don'ts."""
    for title, body in render(playbook, a_crisis(language=playbook.language)).sections:
        if title == heading(playbook.language, Section.DO_DONT):
            _do, dont = re.split(r"^### (?:No|Don't)$", body, flags=re.MULTILINE)
            assert not DELETE.search(_do)
            assert re.search(r"No borres|Don't delete", dont)
        else:
            assert not DELETE.search(body), DELETE.search(body)


BY_TYPE = {
    CrisisType.OUTAGE: (
        ("@acme lleva caída toda la mañana", "sin servicio desde las 8, @acme", "otra vez no funciona la app de Acme"),
        ("@acme is down again", "Acme app not working since 8am", "another outage, thanks @acme"),
    ),
    CrisisType.CUSTOMER_CARE: (
        (
            "llevo semanas esperando y nadie responde en @acme",
            "la atención al cliente es nefasta",
            "pido el reembolso y me ignoran",
        ),
        (
            "@acme customer service hung up on me",
            "two hours on hold with Acme",
            "worst service ever, no reply from @acme",
        ),
    ),
    CrisisType.PRODUCT_DEFECT: (
        (
            "la batería de mi Acme se incendió",
            "mi hijo se intoxicó con el yogur de @acme",
            "¿van a retirar el lote defectuoso de Acme?",
        ),
        ("my Acme battery caught fire", "Acme product recall now!", "got food poisoning from @acme, check the batch"),
    ),
    CrisisType.DATA_BREACH: (
        (
            "han filtrado los datos personales de clientes de @acme",
            "hackearon a Acme",
            "fuga de datos en Acme, cambien la contraseña",
        ),
        (
            "Acme data breach, millions affected",
            "my personal data was leaked by @acme",
            "Acme got hacked, change your passwords",
        ),
    ),
    CrisisType.OFFENSIVE_CONTENT: (
        ("el anuncio de @acme es machista", "qué campaña tan racista de Acme", "asco de publicidad sexista, @acme"),
        ("the new Acme ad is sexist", "racist campaign by @acme", "who approved this offensive ad, @acme?"),
    ),
    CrisisType.MISCONDUCT: (
        (
            "el director de Acme, acusado de acoso",
            "un empleado de @acme humilló a una clienta",
            "el jefe de Acme detenido por fraude",
        ),
        ("Acme CEO accused of harassment", "an employee of @acme assaulted a customer", "Acme boss arrested for fraud"),
    ),
    CrisisType.MISINFORMATION: (
        (
            "¿es verdad que Acme cierra? suena a bulo",
            "circula una cadena de WhatsApp sobre @acme",
            "dicen que Acme quiebra, es un rumor",
        ),
        ("is it true that Acme is closing?", "that Acme rumour is fake news", "debunked: the @acme hoax"),
    ),
    CrisisType.BOYCOTT: (
        ("#BoicotAcme ya", "dejemos de comprar en @acme", "huelga en las tiendas de Acme, no compres"),
        ("#BoycottAcme", "boycott @acme until they change", "workers on strike at Acme, don't buy there"),
    ),
    CrisisType.COORDINATED_ATTACK: (
        (
            "son todos bots atacando a @acme",
            "esto es una campaña orquestada contra Acme",
            "cuentas falsas y granja de bots",
        ),
        ("these are all bots attacking @acme", "coordinated campaign against Acme", "fake accounts and a troll farm"),
    ),
}


@pytest.mark.parametrize("kind", BY_TYPE, ids=str)
@pytest.mark.parametrize("language", ["es", "en"])
def test_posts_of_a_type_choose_it(kind: CrisisType, language: str) -> None:
    """Made-up posts of each type, in either language, bring the playbook of that type in the reader's language."""
    for posts in BY_TYPE[kind]:
        choice = choose(SHELF, a_crisis(*posts, language=language))
        assert (choice.type, choice.playbook.language) == (kind, language), choice.why("en")
        assert kind in choice.playbook.types


@pytest.mark.parametrize(
    "posts", [("hola @acme", "buenos días", "qué bonito"), ("nice shoes @acme", "lol", "first"), ()]
)
def test_posts_of_no_type_choose_generic(posts: tuple[str, ...]) -> None:
    """Small talk, or nothing at all, brings the generic playbook and says that nothing pointed elsewhere."""
    choice = choose(SHELF, a_crisis(*posts))
    assert choice.playbook.name == "generic"
    assert choice.evidence == ()
    assert f"{len(posts)} publicaciones" in choice.why("es")
