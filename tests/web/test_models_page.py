"""The page of models: versions and exams, how right each language is, who is not heard, and going back for those who
may.
"""

from datetime import timedelta

import pytest

from sentinel.sentiment.learning_model import LearningModel, Lesson
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import RollBack
from tests.fakes import START
from tests.test_metrics import declare
from tests.web.stand import Stand, a_config
from tests.web.test_oncall_page import post
from tests.web.test_pages import read, words


def taught(lessons: int = 12) -> LearningModel:
    """Ana taught it something that nobody doubts, yesterday for the most part."""
    learning = LearningModel(load_seed())
    for n in range(lessons):
        at = START - timedelta(days=1) if n < 10 else START
        learning.take(
            Lesson(
                text="el pedido de acme lleva tres semanas en un limbo azul", label=Label.NEGATIVE, by="ana", lang="es"
            ),
            at,
        )
    return learning


async def test_versions_with_their_exams_and_what_waits_for_the_next() -> None:
    """The newest first; the seed is named as what it is."""
    stand = Stand(learning=taught())
    page = words(await read(stand, "/models?lang=en"))
    right = stand.learning.versions[-1].marks.right
    assert "Version 1 serving since 10:00 on 1 Mar · 10 lessons" in page
    assert f"{100 * right:.1f}".removesuffix(".0") + " % right at the exam" in page
    assert "Version 0 shipped with Sentinel · 0 lessons" in page
    assert page.index("Version 1 serving") < page.index("Version 0 shipped")
    assert "Lessons that wait for their exam 2 of 10" in page
    assert "Labels today Ana 2 of at most 300" in page


async def test_a_model_as_shipped_says_how_to_teach_it() -> None:
    """Nothing is empty without a word."""
    page = words(await read(Stand(), "/models?lang=es"))
    assert "El modelo está como venía de fábrica." in page
    assert "Desde que Sentinel arrancó no ha llegado ningún mensaje de sentido conocido." in page
    assert "Hoy nadie ha puesto una etiqueta." in page
    assert "Volver a la versión" not in page


async def test_accuracy_by_language() -> None:
    """As the reader's language writes figures."""
    stand = Stand()
    declare(stand.metrics, "Acme")
    for hit in (True, True, False):
        stand.metrics.graded("es", hit)
    assert "es 66,5 %" in words(await read(stand, "/models?lang=es"))


async def test_who_is_not_heard_is_named_with_until_when() -> None:
    """A teacher whose labels hardly anybody would give."""
    learning = LearningModel(load_seed())
    for n in range(30):
        learning.take(
            Lesson(text=f"great service, love it, thanks {n}", label=Label.NEGATIVE, by="eve", lang="en"), START
        )
    assert learning.trusts.suspended(START) == ["eve"]
    page = words(await read(Stand(learning=learning), "/models?lang=en"))
    assert "eve not heard until 02:00 on 1 Apr" in page


async def test_going_back_to_a_version() -> None:
    """It is told to the model with who says so."""
    stand = Stand(learning=taught())
    answer = await post(stand, "/models/rollback", {"version": "0", "by": "Ana"})
    assert (answer.status, answer.headers["Location"]) == (303, "/models?said=rolled_back")
    assert stand.teachings == [RollBack(version=0, by="Ana")]
    assert "On disk." in words(await read(stand, "/models?lang=en&said=rolled_back"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"version": "1", "by": "Ana"}, "«1» ya no está entre las opciones"),
        ({"version": "7", "by": "Ana"}, "«7» ya no está"),
        ({"version": "x", "by": "Ana"}, "«x» ya no está"),
        ({"version": "0", "by": " "}, "Escribe tu nombre"),
    ],
)
async def test_going_back_to_what_is_not_kept(fields: dict[str, str], said: str) -> None:
    """The one that serves is none to go back to; the reason is in the reader's language."""
    stand = Stand(learning=taught())
    answer = await post(stand, "/models/rollback?lang=es", fields)
    assert answer.status == 400
    assert said in words(answer.text)
    assert stand.teachings == []


async def test_who_may_not_act_sees_everything_and_no_button() -> None:
    """And a post changes nothing."""
    stand = Stand(config=a_config(tokens=["abc"]), learning=taught())
    page = await read(stand, "/models?lang=en")
    assert "Version 1" in page
    assert "<form" not in page.partition("<main")[2]
    assert (await post(stand, "/models/rollback", {"version": "0", "by": "Ana"})).status in (401, 403)
    assert stand.teachings == []
