"""Spelling by the dictionaries of a machine: real Hunspell, over a dictionary of four words."""

from pathlib import Path

import pytest

from sentinel.daemon.spelling import EXPLAINED, Spelling

pytest.importorskip("hunspell", reason="the extra `spelling` is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Spanish of four words."""
    (tmp_path / "es_ES.aff").write_text("SET UTF-8\nTRY aeo\n", encoding="utf-8")
    (tmp_path / "es_ES.dic").write_text("4\nfactura\nmañana\ndevolvemos\nla\n", encoding="utf-8")
    return tmp_path


async def test_words_that_no_dictionary_has(folder: Path) -> None:
    """In their order, with what could stand instead; what the brand knows is right, whatever its case."""
    wrong = await Spelling(lambda: str(folder)).misspelt(
        "es", ("Devolvemos", "la", "fatura", "FibraNet", "mañana"), ("fibranet",)
    )
    assert wrong == {"fatura": ("factura",)}


async def test_without_a_dictionary_nothing_is_said(folder: Path) -> None:
    """Not that all is right."""
    assert await Spelling(lambda: str(folder)).misspelt("en", ("hello",)) is None
    assert await Spelling(lambda: str(folder / "nowhere")).misspelt("es", ("hola",)) is None


async def test_only_the_first_few_are_explained(folder: Path) -> None:
    """Each proposal takes a while; the others are named."""
    wrong = await Spelling(lambda: str(folder)).misspelt("es", tuple(f"factur{letter}" for letter in "bcdfghj"))
    assert wrong is not None
    assert len(wrong) == 7
    assert [bool(other) for other in wrong.values()] == [place < EXPLAINED for place in range(7)]


async def test_what_is_no_word_is_left_alone(folder: Path) -> None:
    """Nobody waits for proposals for ten thousand letters."""
    assert await Spelling(lambda: str(folder)).misspelt("es", ("a" * 10_000,)) == {}


async def test_a_reload_and_a_dictionary_that_comes_later_are_taken_in(folder: Path) -> None:
    """Nobody restarts for a word."""
    chosen = str(folder / "nowhere")
    spelling = Spelling(lambda: chosen)
    assert await spelling.misspelt("es", ("fatura",)) is None
    chosen = str(folder)
    assert await spelling.misspelt("es", ("fatura",)) == {"fatura": ("factura",)}
    assert await spelling.misspelt("en", ("bil",)) is None
    (folder / "en_US.aff").write_text("SET UTF-8\nTRY aeil\n", encoding="utf-8")
    (folder / "en_US.dic").write_text("1\nbill\n", encoding="utf-8")
    assert await spelling.misspelt("en", ("bil",)) == {"bil": ("bill",)}
