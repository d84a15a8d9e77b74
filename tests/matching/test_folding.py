"""Folding makes one string of what readers take for the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.matching import folding
from sentinel.matching.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("ACME", "acme"),
        ("  a \t\n b\u00a0c\u3000d ", "a b c d"),
        ("España, café, Ibáñez, façade, ÜBER", "espana, cafe, ibanez, facade, uber"),
        ("Espan\u0303a", "espana"),
        ("ＡＣＭＥ ＠ａｃｍｅ ＃１", "acme @acme #1"),
        ("ﬁn Straße Łódź Ærø œuvre Đà", "fin strasse lodz aero oeuvre da"),
        ("İstanbul ılık", "istanbul ilik"),
        ("a\u200bc\u00adm\ufeffe\u202e", "acme"),
        ("d’ací ‘x’ McDonald´s `x` “hola” «hola»", "d'aci 'x' mcdonald's 'x' \"hola\" \"hola\""),
        ("7–Eleven 7‑Eleven 7—Eleven −1", "7-eleven 7-eleven 7-eleven -1"),
        ("ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
        ("Ёлка й", "елка и"),
        ("ﾊﾞｽ は\u3099 ハス", "バス ば ハス"),
        ("삼성 \u1109\u1161\u11b7", "삼성 삼"),
        ("مُحَمَّد أحمد", "محمد احمد"),
        ("😍❤️👍🏽", "😍❤👍🏽"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_readers_take_these_for_the_same(text: str, folded: str) -> None:
    """Case, accents, width, quotes, dashes, invisible characters and white space do not count; other letters stay
    others.
    """
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """A folded text is its own folding."""
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_case_does_not_count(text: str) -> None:
    """Shouting is the same text."""
    assert fold(text.upper()) == fold(text.upper().lower())


def test_odd_characters_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of rare characters is folded rightly without being remembered."""
    monkeypatch.setattr(folding, "_REMEMBERED", len(folding._folds))
    before = len(folding._folds)
    assert fold("".join(map(chr, range(0x1D400, 0x1D41A)))) == "abcdefghijklmnopqrstuvwxyz"
    assert len(folding._folds) == before
