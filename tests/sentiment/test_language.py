"""Language: told from the text, with the source's tag believed unless it is plainly wrong."""

import json
from pathlib import Path

import pytest

from sentinel.sentiment.language import detect_language


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("llevo tres días sin servicio y nadie me responde", None, "es"),
        ("I have been waiting for three days and nobody answers", None, "en"),
        ("estou há três dias sem serviço e ninguém responde", None, "pt"),
        ("¡mañana!", None, "es"),
        ("amanhã", None, "pt"),
        ("", None, "und"),
        ("🔥🔥🔥", None, "und"),
        ("🔥🔥🔥", "es", "es"),
        ("ok", "pt_BR", "pt"),
        ("ok", "EN-gb", "en"),
        ("I have been waiting for three days and nobody answers", "es", "en"),
        ("gracias", "en", "en"),
        ("je ne sais pas", "fr", "fr"),
        ("levo tres días sen luz e ninguén colle o teléfono", None, "gl"),
        ("portem tres dies sense llum i ningú agafa el telèfon", None, "ca"),
        ("ça fait trois jours que nous sommes sans courant", None, "fr"),
        ("siamo da tre giorni senza luce e nessuno risponde", None, "it"),
        ("wir sind seit drei Tagen ohne Strom und niemand meldet sich", None, "de"),
        ("hiru egun daramatzagu argirik gabe eta inork ez du erantzuten", None, "und"),
        ("we zitten al drie dagen zonder stroom en niemand reageert", None, "und"),
        ("ez dago argirik gaur gure etxean", "pt", "und"),
        ("llevo tres días sin servicio y nadie me responde", "fr", "es"),
        ("hola", "-", "es"),
        ("\ud83d" * 300, None, "und"),
    ],
)
def test_detect(text: str, declared: str | None, language: str) -> None:
    """A clear text decides; a doubtful one follows its tag; a hopeless one is undetermined."""
    assert detect_language(text, declared) == language


@pytest.mark.parametrize(("language", "share"), [("es", 0.98), ("en", 0.98), ("pt", 0.85)])
def test_real_posts(shared: Path, language: str, share: float) -> None:
    """Real short posts are told apart, without their tag."""
    lines = (shared / "data" / "sentiment" / f"umsab_{language}_val.jsonl").read_text(encoding="utf-8").splitlines()
    told = [detect_language(json.loads(line)["text"]) for line in lines]
    assert told.count(language) / len(told) >= share
