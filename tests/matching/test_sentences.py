"""Sentences as people write them, with what a reader would say: is the brand meant?"""

import pytest

from sentinel.matching.brand import Brand
from sentinel.matching.matcher import Matcher

MEANT = {
    "H&M": ("Vaya lío en H&amp;M", "H & M no contesta", "#HyM #HM mal", "H&M", "H＆M", "H and M"),
    "AT&T": ("AT&amp;T se ha caído", "@ATT sin línea #ATT"),
    "C&A": ("fila en C & A",),
    "P&G": ("P&amp;amp;G",),
    "Zara": ("#BoicotAZara", "#NoCompresEnZara", "#ZaraRoba", "Zara's", "ZARA.COM falla", "www.zara.com/es falla"),
    "X": ("la red X falla", "3 x 2 en leche", "x favor x q tarda"),
    "3M": ("ganaron 3M de euros",),
    "Yahoo!": ("yahoo no carga", "#Yahoo"),
    "Día": ("Buenos días, menudo día",),
    "Dia": ("Qué día tan largo",),
    "El País": ("en el país entero",),
    "Mango": ("zumo de mango",),
    "Orange": ("naranja orange",),
    "L'Oréal": ("L’ORÉAL PARIS", "Loreal", "L' Oréal", "L Oreal", "L&#39;Oréal"),
    "Telefónica": ("Telefonica", "Telefo\u0301nica", "TelefÃ³nica", "Telef\ufffdnica", "#SinTelefonica"),
    "無印良品": ("無印良品で買った",),
    "MUJI": ("MUJIの店員",),
    "삼성": ("삼성은",),
    "acme": ("@acme.bsky.social hola", "acme@mail.example"),
    "@acme.bsky.social": ("hola @acme.bsky.social.",),
    "Coca-Cola": ("coca cola", "cocacola", "Coca–Cola"),
    "El Corte Inglés": ("El Corte\u00a0Inglés", "elcorteingles.es"),
    "Acme": ("A\u200bcme", "𝐀𝐜𝐦𝐞", "Acmé", "acme/otra", "&quot;Acme&quot;", "acme&#39;s"),
    "McDonald's": ("McDonald&#39;s",),
    "50% off": ("50% off ya",),
}
NOT_MEANT = {
    "Zara": ("zaraaaa", "@zara_es", "los zaras"),
    "Samsung": ("삼성",),
    "@acme": ("@acme.bsky.social hola", "@acme@mastodon.social hola"),
    "Coca-Cola": ("la Coca",),
    "El Corte Inglés": ("ECI",),
    "Acme": ("Аcme", "A c m e", "4cme"),
}
"""A bare everyday word is taken wherever it stands: `check-config` says so, and which conditions to write."""
ROWS = [(brand, text, True) for brand, texts in MEANT.items() for text in texts]
ROWS += [(brand, text, False) for brand, texts in NOT_MEANT.items() for text in texts]


@pytest.mark.parametrize(("brand", "text", "meant"), ROWS)
def test_a_name_alone_finds_what_a_reader_would(brand: str, text: str, meant: bool) -> None:
    """By nothing but the brand's name."""
    assert bool(Matcher([Brand(name=brand)]).brands_of(text)) is meant
