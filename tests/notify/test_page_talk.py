"""What people talk about, in a page: a line of topics and their own sentences, where there is room for them."""

from dataclasses import replace

import pytest

from sentinel.notify.fit import MOST
from sentinel.notify.quote import without_quote
from sentinel.notify.render import render
from sentinel.topics.brand_talk import brand_talk
from tests.notify.test_render import facts
from tests.topics.posts import post, posts

TALK = brand_talk(
    [
        *posts(
            "@acme Hay un apagón en toda España desde las doce. Qué vergüenza",
            "Vaya apagón en toda España con los semáforos apagados",
            "otro apagón en toda España y van dos este mes de marzo",
        ),
        post(9, "Dos heridos en el ascensor de un hospital de Vigo por el apagón", grave=True),
    ],
    own=("acme",),
)


@pytest.mark.parametrize(("language", "line"), [("es", "Hablan de: "), ("en", "They talk about: ")])
def test_a_page_says_what_they_talk_about(language: str, line: str) -> None:
    """The topics on one line, and the sentences in place of the sample, each with who says it."""
    body = render(replace(facts(), language=language, talk=TALK)).body
    assert f"{line}apagón en toda España" in body
    assert all(each.text in body for each in TALK.sentences)
    assert len(body.encode()) <= MOST


def test_a_page_without_room_goes_without_topics() -> None:
    """Long steps and names leave no room: lead, reasons, first step and link stand, and the topics do not."""
    steps = tuple(f"{number} " + "muy largo " * 11 for number in range(3))
    full = replace(facts(), talk=TALK, first_steps=steps, following=("x" * 100,), playbook="p" * 100)
    body = render(full).body
    assert len(body.encode()) <= MOST
    assert body.split("\n")[0] == render(replace(full, talk=None)).body.split("\n")[0]


def test_a_sentence_goes_with_its_post() -> None:
    """Whoever said it deletes the post while the page waits: the line says that it is gone, the others stand."""
    body = render(replace(facts(), language="es", talk=TALK)).body
    first, second = TALK.sentences
    kept = without_quote(body, "es", first.post.mention)
    assert first.text not in kept
    assert second.text in kept
