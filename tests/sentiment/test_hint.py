"""What emoji give away, and when they are taken to give away nothing."""

import pytest

from sentinel.sentiment.hint import hint_of
from sentinel.sentiment.sentiment import Label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("tres horas en la cola de acme 😡", Label.NEGATIVE),
        ("three hours in the queue >:( again", Label.NEGATIVE),
        ("three hours in the queue :(", Label.NEGATIVE),
        ("três horas na fila :-/", Label.NEGATIVE),
        ("qué bien me ha atendido acme 👏🏽👏🏽", Label.POSITIVE),
        ("thank you so much ❤️", Label.POSITIVE),
        ("such a friendly crew :)", Label.POSITIVE),
        ("such a friendly crew =D <3", Label.POSITIVE),
        ("me encanta acme 😍 pero hoy no 😡", None),
        ("me parto con acme 😂😂", None),
        ("se me saltan las lágrimas 😭", None),
        ("the plain text of a post", None),
        ("look at https://acme.example/x now please", None),
        ("open from 8:30 (or later) today", None),
        ("prices (see page 3:) are out", None),
        ("gracias 👍", None),
        ("@acme #gracias https://a.es/x 👍", None),
        ("palabra " * 80 + "👍", None),
        ("", None),
    ],
)
def test_what_a_sign_says(text: str, label: Label | None) -> None:
    """One mood, in a short post with words of its own, or nothing."""
    hint = hint_of(text)
    assert (hint.label if hint else None) is label


def test_the_sign_itself_is_taken_out() -> None:
    """What is learnt are the words; the signs that gave the mood away are gone with their colours, others stay."""
    hint = hint_of("QUÉ bien 👏🏽👏🏽 me ha atendido ❤️ 😂 :)")
    assert hint is not None
    assert hint.text.split() == ["QUÉ", "bien", "me", "ha", "atendido", "😂"]
