"""Drafts of answers: by tone, form of address and language; the same one for a mention, another for its neighbour; in
the brand's own words.
"""

import pytest

from sentinel.phrases.phrases import languages
from sentinel.playbooks.answer_draft import answer_draft, tone_of
from sentinel.playbooks.house_style import HouseStyle, Remark, RemarkKind, spelt_words
from sentinel.playbooks.reply import Tone
from sentinel.playbooks.statement import Channel

PLAIN = HouseStyle(say={})


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("said", ["", "Se devuelve el lunes."])
@pytest.mark.parametrize("form", ["tú", "usted"])
def test_every_tone_has_three_wordings_that_fit_a_post(language: str, tone: Tone, said: str, form: str) -> None:
    """In each form of address, and none of them longer than the shortest network takes."""
    style = HouseStyle(form=form, say={})
    texts = {answer_draft(language, tone, style, ("x", "1"), said=said, turn=turn).text for turn in range(6)}
    assert len(texts) == 3
    assert all(text.endswith(said) and Channel.X.measure(text) <= 280 for text in texts)


def test_a_mention_keeps_its_wording_and_neighbours_differ() -> None:
    """Whoever opens it again finds the same; ten neighbours are not answered alike."""
    first, again = (answer_draft("es", Tone.ANGRY, PLAIN, ("x", "1")) for _ in range(2))
    assert first == again
    assert len({answer_draft("es", Tone.ANGRY, PLAIN, ("x", str(n))).text for n in range(10)}) == 3


def test_forms_of_address_are_where_the_language_has_them() -> None:
    """Nobody is called usted in a text for a friend; English knows one form."""
    assert answer_draft("es", Tone.ASKING, HouseStyle(form="usted", say={}), ("x", "1")).form == "usted"
    assert answer_draft("en", Tone.ASKING, HouseStyle(form="usted", say={}), ("x", "1")).form is None
    polite = [answer_draft("es", tone, HouseStyle(form="usted", say={}), ("x", "1")).text for tone in Tone]
    assert not any(f" {word} " in f" {text} " for text in polite for word in ("te", "tu", "escríbenos", "contamos"))


@pytest.mark.parametrize(
    ("asks", "negative", "grave", "laughs", "tone"),
    [
        (False, 0.9, False, False, Tone.ANGRY),
        (False, 0.9, False, True, Tone.IRONIC),
        (False, 0.9, True, True, Tone.WORRIED),
        (True, 0.1, False, True, Tone.ASKING),
        (False, 0.1, False, False, Tone.WORRIED),
    ],
)
def test_how_a_mention_is_meant(asks: bool, negative: float, grave: bool, laughs: bool, tone: Tone) -> None:
    """A guess; nobody jokes back at somebody who smells gas."""
    assert tone_of(asks_to_know=asks, negative=negative, grave=grave, laughs=laughs) is tone


def test_the_brand_s_words_stand_in_the_draft() -> None:
    """Whole words alone, in the case of what they replace, and the signature at the end."""
    style = HouseStyle(say={"equipo": "cuadrilla", "caso": "asunto"}, signature="Ana, de Acme")
    assert style.applied("Equipo y casos: el caso.") == "Cuadrilla y casos: el asunto. Ana, de Acme"


def test_what_an_area_said_stands_as_it_is() -> None:
    """Its words were weighed: only ours are the brand's to change."""
    style = HouseStyle(say={"lunes": "martes", "queja": "aviso"}, signature="Ana")
    assert style.applied("Gracias por la queja.", "El lunes.") == "Gracias por la aviso. El lunes. Ana"


def test_the_brand_s_own_word_is_not_remarked() -> None:
    """Neither its spelling nor a longer name with the word in it."""
    style = HouseStyle(say={"acme": "Acme", "socio": "socio fundador"})
    assert list(style.remarks("En Acme, cada socio fundador…", None)) == []
    assert [each.word for each in style.remarks("En ACME, un socio", None)] == ["ACME", "socio"]


def test_what_goes_against_the_style_is_remarked() -> None:
    """Too long by the network's own count; never said, with any ending; said otherwise."""
    style = HouseStyle(say={"clientes": "socios"}, never=("problem*", "lamentablemente"))
    text = "Lamentablemente los clientes con problemas" + "…" * 250
    found = list(style.remarks(text, Channel.X))
    assert found == [
        Remark(kind=RemarkKind.TOO_LONG, over=Channel.X.measure(text) - 280),
        Remark(kind=RemarkKind.NEVER, word="problemas"),
        Remark(kind=RemarkKind.NEVER, word="Lamentablemente"),
        Remark(kind=RemarkKind.INSTEAD, word="clientes", instead=("socios",)),
    ]
    assert list(style.remarks("Hola.", Channel.X)) == []
    assert list(style.remarks("x" * 9_000, None)) == []


def test_no_text_holds_the_daemon_up() -> None:
    """However many signs stand in a row."""
    assert spelt_words("a@" * 2_200) == ("a",)


def test_addresses_and_names_of_accounts_are_not_spelt() -> None:
    """Nobody looks up a link, a mail address, a handle or a hashtag."""
    assert spelt_words(
        "Escribe a ayuda@acme.example o a @acme_es: https://acme.example/ayuda #FibraYa www.x.es ya"
    ) == (
        "Escribe",
        "a",
        "o",
        "ya",
    )
