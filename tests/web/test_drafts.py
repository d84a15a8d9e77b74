"""An answer is drafted by the desk, on a page without scripts and for programs: tone, form, length, words, and what an
area said; nothing is sent.
"""

from datetime import timedelta

import msgspec
import pytest

from sentinel.config.style import StyleSettings
from sentinel.requests.consultation import ConsultationTurn, QuickAnswer
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState, RequestStep
from tests.web.heard import a_heard, heard_as
from tests.web.stand import Stand
from tests.web.tenants import Agency
from tests.web.test_openapi import conforms

STYLE = StyleSettings(form="usted", never=("problem*",), signature="Ana, de Acme")
SPANISH = {"Accept-Language": "es"}


@pytest.fixture
def stand() -> Stand:
    """A complaint that billing has answered, a question, and a mention of nobody; Acme says usted and signs."""
    stand = Stand()
    acme = stand.config.brands[0].model_copy(update={"style": STYLE})
    stand.config = stand.config.model_copy(update={"brands": (acme, *stand.config.brands[1:])})
    now = stand.clock.now()
    answered = RequestStep(
        by="luis", at=now, state=RequestState.TAKEN, turn=ConsultationTurn.ANSWERED, note="Se devuelve el lunes."
    )
    complaint = a_heard(1, "Acme me cobró dos veces", heard_as("Acme", priority=Priority.HIGH), at=now)
    stand.heard.kept = [
        msgspec.structs.replace(complaint, request=RequestRecord(steps=(answered,))),
        a_heard(2, "acme, ¿abrís el domingo?", heard_as("Acme"), at=now, asks=RequestKind.QUESTION, source="rss"),
        a_heard(3, "nada que ver", at=now - timedelta(hours=1)),
    ]
    return stand


async def test_the_draft_keeps_to_tone_form_and_area(stand: Stand) -> None:
    """Annoyed, usted, what billing said, and the signature; by links, another tone, form, language and wording."""
    async with stand.client(**SPANISH) as client:
        shown = (await client.get("/mentions/1/answer")).text
        friendly = (await client.get("/mentions/1/answer?tone=ironic&form=t%C3%BA&turn=1")).text
        english = (await client.get("/mentions/1/answer?in=en")).text
        row = (await client.get("/requests")).text
    assert "Se devuelve el lunes. Ana, de Acme</textarea>" in shown
    assert 'aria-current="true">Molestia</a>' in shown
    assert 'aria-current="true">usted</a>' in shown
    assert "de 300 caracteres" in shown
    assert 'aria-current="true">Ironía</a>' in friendly
    assert 'aria-current="true">tú</a>' in friendly
    assert ">usted</a>" not in english
    assert 'href="/mentions/1/answer"' in row


@pytest.mark.parametrize("quick", [QuickAnswer.MORE, QuickAnswer.NOT_OURS])
async def test_what_is_meant_for_the_house_is_in_no_draft(stand: Stand, quick: QuickAnswer) -> None:
    """What an area has to know first, or whose it is instead, is for the desk: it stands on the timeline alone."""
    complaint, now = stand.heard.kept[0], stand.clock.now()
    asks = RequestStep(
        by="luis",
        at=now,
        state=RequestState.TAKEN,
        turn=ConsultationTurn.ANSWERED,
        quick=quick,
        note="Lo lleva Eva, sin prisa",
    )
    stand.heard.kept[0] = msgspec.structs.replace(complaint, request=RequestRecord(steps=(asks,)))
    async with stand.client(**SPANISH) as client:
        page = (await client.get("/mentions/1/answer")).text
        draft = (await client.get("/api/v1/mentions/1/draft")).json
    assert "Lo lleva Eva" not in page.partition("<textarea")[2].partition("</textarea>")[0]
    assert (draft["area_said"], "Lo lleva Eva" in draft["text"]) == ("", False)


async def test_what_a_person_wrote_is_looked_over(stand: Stand) -> None:
    """Length, the brand's words, spelling; the text stays as it was written, harmless."""

    async def misspelt(language: str, words: object, known: object = ()) -> dict[str, tuple[str, ...]]:
        assert language == "es"
        return {"hantes": ("antes",)}

    stand.misspelt = misspelt
    async with stand.client(**SPANISH) as client:
        text = "<b>Hantes</b> un problema " + "a" * 300
        looked = await client.post("/mentions/1/answer", data={"text": text, "tone": "angry", "in": "es"})
        plain = await client.post("/mentions/2/answer", data={"text": "Sí, de diez a dos."})
    assert looked.status == 200
    assert "&lt;b&gt;Hantes&lt;/b&gt; un problema" in looked.text
    assert "caracteres de más:" in looked.text
    assert "La marca no dice «problema»." in looked.text
    assert "Podría ser: antes." in looked.text
    assert "18 caracteres" in plain.text


async def test_without_a_dictionary_the_page_says_so(stand: Stand) -> None:
    """That nothing was found would be a lie."""
    async with stand.client(**SPANISH) as client:
        shown = (await client.get("/mentions/2/answer")).text
    assert "aquí no hay diccionario" in shown


async def test_what_is_answered_or_gone_has_no_draft(stand: Stand) -> None:
    """A mention of nobody is nobody's to answer."""
    async with stand.client(**SPANISH) as client:
        gone, nobody = await client.get("/mentions/99/answer"), await client.get("/mentions/3/answer")
        faults = [(await client.get(f"/api/v1/mentions/{of}/draft")).status for of in ("99", "3", "x", "9" * 30)]
        strange = await client.get("/api/v1/mentions/1/draft?tone=furious")
    assert (gone.status, nobody.status) == (404, 409)
    assert "No se responde" in nobody.text
    assert faults == [404, 409, 404, 404]
    assert strange.status == 400


async def test_programs_draft_and_look_over(stand: Stand) -> None:
    """As the document promises."""
    async with stand.client() as client:
        draft = await client.get("/api/v1/mentions/1/draft?tone=worried&form=t%C3%BA&lang=es")
        seen = await client.post("/api/v1/mentions/1/draft", json={"text": "Hay problemas."})
    conforms("get", "/api/v1/mentions/{number}/draft", draft)
    conforms("post", "/api/v1/mentions/{number}/draft", seen)
    assert (draft.json["brand"], draft.json["tone"], draft.json["form"]) == ("Acme", "worried", "tú")
    assert draft.json["channel"] == "bluesky"
    assert draft.json["area_said"] == "Se devuelve el lunes."
    assert [each["kind"] for each in seen.json["remarks"]] == ["never"]
    assert seen.json["spelling"] is False


async def test_a_client_drafts_for_its_own_brands_alone() -> None:
    """Of another's mention there is nothing to see."""
    agency = Agency()
    async with agency.client(Authorization="Bearer t-reads") as client:
        found = (await client.get("/api/v1/mentions?limit=500")).json["mentions"]
        own = next(each["number"] for each in found if each["brands"])
        there = await client.get(f"/api/v1/mentions/{own}/draft")
        raw = {(await client.get(f"/api/v1/mentions/{each.number}/draft")).status for each in agency.heard.kept}
    assert there.status == 200
    assert raw == {404}
