"""The matcher says which brands a mention is about."""

import re
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import SentinelError
from sentinel.matching.brand import Brand
from sentinel.matching.matcher import Matcher
from sentinel.matching.term import Term
from tests.builders import a_mention


def speaks_of(term: str, text: str) -> bool:
    """Whether a brand with this one term is found in the text."""
    return Matcher([Brand(name="B", any=(term,))]).brands_of(text) == (0,)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("acme", "Acme's problem"),
        ("acme", "l’ACME"),
        ("acme", "#acme y @acme"),
        ("acme", "(acme)"),
        ("acme", "mira acme.example/ayuda"),
        ("acme", "@acme.bsky.social"),
        ("acme", "Acme😡"),
        ("acme", "acme-gate"),
        ("ACMÉ", "acme"),
        ("acme", "a\u200bcme"),
        ("@acme_es", "¡@ACME_ES!"),
        ("@acme_es", ".@acme_es: nada"),
        ("@acme_es", "@acme_es's"),
        ("@acme_es", "gracias @acme_es."),
        ("@acme_es", "gracias @acme_es"),
        ("@acme-es.bsky.social", "hola @acme-es.bsky.social, nada"),
        ("@acme", "@acmeさん"),
        ("@acme", "@acme-"),
        ("@Acme!", "hey @acme"),
        ("#acme", "#Acme!"),
        ("#acme", "(#acme)"),
        ("El Corte Inglés", "en el corte\ningles hoy"),
        ("El Corte Inglés", "el-corte inglés"),
        ("El Corte Inglés", "#ElCorteIngles fatal"),
        ("El Corte Inglés", "@elcorteingles fatal"),
        ("coca-cola", "Coca Cola"),
        ("coca cola", "coca–cola"),
        ("AT&T", "my at&t phone"),
        ("C&A", "en C&A."),
        ("3M", "3M's mask"),
        ("7-Eleven", "the 7 eleven"),
        ("Yahoo!", "Yahoo is down"),
        ("Yahoo!", "YAHOO!!!"),
        ("Canal+", "Canal+ no va"),
        ("C#", "C# sharp"),
        ("McDonald's", "McDonalds"),
        ("McDonald's", "mcdonald´s"),
        ("Dr. Martens", "dr martens"),
        ("booking.com", "#BookingCom"),
        ("東京電力", "昨日の東京電力は"),
        ("ソニー", "ソニーの新製品"),
        ("PS5", "PS5です"),
        ("삼성", "삼성이 또"),
        ("Ａｃｍｅ", "acme"),
        ("яндекс", "Яндекс!"),
        ("a", "a"),
        ("AT&T", "#att"),
        ("AT&T", "@ATT is down"),
        ("AT&T", "AT&amp;T is down"),
        ("P&G", "P&amp;amp;G"),
        ("H&M", "H & M no me devuelve"),
        ("H&M", "#HyM fatal"),
        ("H&M", "h and m"),
        ("H&M", "H\N{FULLWIDTH AMPERSAND}M"),
        ("Ben & Jerry", "Ben y Jerry"),
        ("L'Oréal", "L' Oréal"),
        ("L'Oréal", "L Oreal"),
        ("L'Oréal", "L&#39;Oréal"),
        ("Coca-Cola", "cocacola"),
        ("Coca-Cola", "#CocaCola"),
        ("Zara", "#BoicotAZara"),
        ("Zara", "#NoCompresEnZara ya"),
        ("Zara", "#ZaraRoba"),
        ("Zara", "#Zara2026"),
        ("Telefónica", "#SinTelefonica"),
        ("Telefónica", "TelefÃ³nica no responde"),
        ("Telefónica", "Telef\ufffdnica no responde"),
        ("Correos España", "los de Correos EspaÃ±a"),
        ("El Corte Inglés", "www.elcorteingles.es no va"),
        ("El Corte Inglés", "https://elcorteingles.es/ayuda"),
        ("Banco Sol", "hola@bancosol.example"),
        ("ITV", "#ITVMadrid"),
        ("#*zara*", "#boicotzaraya"),
        ("#*zara", "#boicotzara"),
        ("#zara*", "#zarafuera"),
    ],
)
def test_a_term_is_found(term: str, text: str) -> None:
    """What a person would call a mention is one."""
    assert speaks_of(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("acme", "acmeville"),
        ("acme", "el macme"),
        ("acme", "@acme_es"),
        ("acme", "acme2"),
        ("acme", ""),
        ("@acme", "acme #acme"),
        ("@acme", "@acme_es"),
        ("@acme", "@acme.bsky.social"),
        ("@acme", "@acme-es"),
        ("@acme", "@acme@otro.example"),
        ("@acme", "user@acme.com"),
        ("@acme-es", "@acme es malo"),
        ("#acme", "acme @acme"),
        ("#acme", "#acmefail"),
        ("#acme", "#acmeです"),
        ("#acme", "page#acme"),
        ("El Corte Inglés", "el corte, ingles"),
        ("El Corte Inglés", "el corte - ingles"),
        ("El Corte Inglés", "elcorteingles"),
        ("El Corte Inglés", "elcorteingles. Punto"),
        ("El Corte Inglés", "noelcorteingles.es"),
        ("Río", "rao"),
        ("AT&T", "look at t"),
        ("U.S.", "#us"),
        ("3M", "13m"),
        ("Canal+", "canal"),
        ("राम", "रामा"),
        ("C&A", "vitaminas c y a"),
        ("AT&T", "att"),
        ("3M", "#Web3Madrid"),
        ("Zara", "#boicotzara"),
        ("zara", "#Zaragoza"),
        ("#*zara*", "boicotzara"),
        ("#*zara", "#zarafuera"),
        ("#zara*", "#boicotzara"),
        ("d'or", "por d or nada"),
    ],
)
def test_a_piece_of_something_else_is_no_mention(term: str, text: str) -> None:
    """Longer words, other handles and hashtags, addresses and broken phrases are not the brand."""
    assert not speaks_of(term, text)


def test_title_tags_and_links_speak_of_a_brand_too() -> None:
    """An article may name the brand in its title, its categories or its links alone."""
    matcher = Matcher(
        [
            Brand(name="title", any=("acme",)),
            Brand(name="tag", any=("#crisis",)),
            Brand(name="category", any=("consumer rights",)),
            Brand(name="run together", any=("#consumerrights",)),
            Brand(name="link", any=("tostador",)),
            Brand(name="across", any=("nada titular",)),
        ]
    )
    mention = msgspec.structs.replace(
        a_mention("nada"),
        title="Titular de Acme",
        tags=("#Crisis", "Consumer Rights"),
        links=("https://x.example/tostador",),
    )
    assert matcher.match(mention) == (0, 1, 2, 3, 4)
    assert matcher.match(msgspec.structs.replace(a_mention("nada"), tags=("crisis",))) == (1,)
    assert matcher.match(a_mention("nada")) == ()


DIA = Term(word="Día", case=True, near_to=("supermercado", "tienda", "caja rápida"), near=6)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("El supermercado Día de mi calle", True),
        ("En Día, en la caja rápida, me cobraron dos veces", True),
        ("Otra vez cerrado el DIA: vaya tienda", True),
        ("Otra vez cerrado el DÍA: vaya tienda", True),
        ("Buen día en el supermercado", False),
        ("QUÉ BUEN DÍA EN EL SUPERMERCADO", False),
        ("Día de sol", False),
        ("Día uno dos tres cuatro cinco seis siete supermercado", False),
        ("Buen día. El supermercado de al lado, Día, cerró", True),
    ],
)
def test_an_everyday_word_is_the_brand_under_its_conditions(text: str, found: bool) -> None:
    """Capitals that count and a word that must stand near tell Día from a day."""
    assert bool(Matcher([Brand(name="Día", any=(DIA,))]).brands_of(text)) is found


def test_conditions_belong_to_their_brand_and_term_alone() -> None:
    """Another brand takes the bare word; one brand may take it under either of two conditions."""
    matcher = Matcher(
        [
            Brand(name="Fruit", any=("mango",), none=(Term(word="Mango", case=True),)),
            Brand(
                name="Mango", any=(Term(word="mango", near_to=("vestido",)), Term(word="mango", near_to=("camisa",)))
            ),
        ]
    )
    assert matcher.brands_of("batido de mango") == (0,)
    assert matcher.brands_of("la camisa de Mango") == (1,)
    assert matcher.brands_of("un vestido y un mango") == (0, 1)


def test_a_brand_may_be_limited_to_languages_and_sources() -> None:
    """What is said to be in another language, or comes from elsewhere, is not about it; what says nothing counts."""
    matcher = Matcher([Brand(name="Acme", languages=("es", "pt"), sources=("bluesky",))])
    mention = msgspec.structs.replace(a_mention("acme"), source="bluesky", lang="es-MX")
    assert matcher.match(mention) == (0,)
    assert matcher.match(msgspec.structs.replace(mention, lang=None)) == (0,)
    assert matcher.match(msgspec.structs.replace(mention, lang="en")) == ()
    assert matcher.match(msgspec.structs.replace(mention, source="news")) == ()


def test_everything_from_a_source_may_be_about_a_brand() -> None:
    """Reviews of its app need not name it; a language that the brand does not listen to still does not count."""
    matcher = Matcher(
        [
            Brand(name="Acme", everything_from=("reviews", "page")),
            Brand(name="Acme ES", everything_from=("reviews",), languages=("es",)),
            Brand(name="Zara"),
        ]
    )
    review = msgspec.structs.replace(a_mention("no abre"), source="reviews", lang="pt")
    assert matcher.match(review) == (0,)
    assert matcher.match(msgspec.structs.replace(review, lang="es", text="mejor Zara")) == (0, 1, 2)
    assert matcher.match(msgspec.structs.replace(review, source="page")) == (0,)
    assert matcher.match(msgspec.structs.replace(review, source="other")) == ()


def test_an_exclusion_rules_the_mention_out_for_its_brand_alone() -> None:
    """The record label of the same name is not our brand, and somebody else's exclusion is not ours."""
    matcher = Matcher(
        [Brand(name="Acme", none=("acme records", "@acmemusic")), Brand(name="Label", any=("acme records",))]
    )
    assert matcher.brands_of("acme y acme records") == (1,)
    assert matcher.brands_of("#AcmeRecords de Acme") == (1,)
    assert matcher.brands_of("acme según @acmemusic") == ()
    assert matcher.brands_of("acme según @acmemusicfan") == (0,)


def test_the_brand_itself_may_speak() -> None:
    """A mention by the brand's own account is a mention like others."""
    assert Matcher([Brand(name="Acme", any=("acme",))]).match(a_mention("Acme informa", author="acme")) == (0,)


def test_a_brand_without_terms_is_found_by_its_name() -> None:
    """The smallest configuration has a name and nothing else."""
    assert Matcher([Brand(name="Acme")]).brands_of("ACME") == (0,)
    assert Matcher([]).brands_of("ACME") == ()


def test_terms_that_say_nothing_are_refused_all_at_once() -> None:
    """Each is named, with its brand and key."""
    with pytest.raises(SentinelError) as refusal:
        Matcher(
            [
                Brand(name="Acme", any=("!!!", "acme"), none=(" ",)),
                Brand(name="Bolt", any=("@",)),
                Brand(name="C", any=("\u200b",)),
            ]
        )
    assert str(refusal.value).splitlines() == [
        "brand 'Acme': match.any: the term '!!!' holds no letter or digit to look for",
        "brand 'Acme': match.none: the term ' ' holds no letter or digit to look for",
        "brand 'Bolt': match.any: the term '@' holds no letter or digit to look for",
        "brand 'C': match.any: the term '\\u200b' holds no letter or digit to look for",
    ]


def test_the_longest_text_is_read_to_its_end() -> None:
    """A hundred thousand characters full of near-misses do not hide the last word."""
    assert speaks_of("acme", "@acme_es acmeé " * 7_000 + "acme")


_pieces = st.text("ab _#@-.é ", max_size=12)
_terms = st.builds(
    lambda sigil, term: sigil + term, st.sampled_from(["", "@", "#"]), st.text("ab", min_size=1, max_size=3)
)
_phrases = st.lists(st.text("ab", min_size=1, max_size=2), min_size=2, max_size=3).map(" ".join)


def model(term: str, text: str) -> bool:
    """A second opinion by regular expressions, one term at a time."""
    text = re.sub(r"\s+", " ", text.lower().replace("é", "e")).strip()
    if term[0] == "@":
        return re.search(rf"(?<!\w){term}(?!\w|[.@-]\w)", text) is not None
    if term[0] == "#":
        return re.search(rf"(?<!\w){term}(?!\w)", text) is not None
    found = re.search(rf"(?<!\w){term.replace(' ', '[ -]')}(?!\w)", text) is not None
    tag = term.replace(" ", "")
    return found or (tag != term and len(tag) >= 4 and (model("#" + tag, text) or model("@" + tag, text)))


@given(
    st.lists(
        st.tuples(st.lists(_terms | _phrases, min_size=1, max_size=3), st.lists(_terms | _phrases, max_size=2)),
        max_size=4,
    ),
    _pieces,
)
def test_all_terms_at_once_find_what_each_finds_alone(brands: list[tuple[list[str], list[str]]], text: str) -> None:
    """One pass over any text agrees with one regular expression a term."""
    names = count()
    matcher = Matcher(
        [Brand(name=f"b{next(names)}", any=tuple(wanted), none=tuple(unwanted)) for wanted, unwanted in brands]
    )
    expected = tuple(
        index
        for index, (wanted, unwanted) in enumerate(brands)
        if any(model(term, text) for term in wanted) and not any(model(term, text) for term in unwanted)
    )
    assert matcher.brands_of(text) == expected
