"""What many read is drawn once, and still nobody gets what is another's."""

import asyncio

from sentinel.web.pages.incident import ANY_KEY
from tests.web.links import on_fire
from tests.web.people import BROWSER, a_closed_stand, key_in, sign_in
from tests.web.stand import Stand


def counted(stand: Stand) -> list[str]:
    """Each time an incident's timeline is read, which is when it is drawn."""
    asked: list[str] = []
    timeline = stand.timeline

    async def told(incident_id: str):  # type: ignore[no-untyped-def]
        asked.append(incident_id)
        await asyncio.sleep(0)  # noqa: TID251 a store takes its time
        return await timeline(incident_id)

    stand.timeline = told  # type: ignore[method-assign]
    return asked


async def test_two_hundred_who_ask_at_once_cost_one_drawing() -> None:
    """And one more when something has changed."""
    stand, incident = on_fire()
    asked = counted(stand)
    path = f"/fragments/incidents/{incident.id}?lang=es"
    async with stand.client() as client:
        async with asyncio.TaskGroup() as tasks:
            all_ = [tasks.create_task(client.get(path)) for _ in range(200)]
        assert len({each.result().text for each in all_}) == 1
        assert len(asked) == 1
        stand.changes.bump()
        await client.get(path)
        assert len(asked) == 2
        assert (await client.get("/fragments/incidents/nope")).status == 404


async def test_everybody_gets_the_key_of_their_own_forms_and_what_they_may() -> None:
    """Ana and Boss see the same with different keys; Vero, who may only look, has no buttons; a stranger gets
    nothing.
    """
    stand, name = a_closed_stand()
    path, seen = f"/fragments/incidents/{name}?lang=es", {}
    async with stand.client(**BROWSER) as client:
        for who in ("boss", "vero", "ana"):
            client.session.cookie_jar.clear()
            await sign_in(client, who)
            own = key_in(await client.get("/"))
            seen[who] = (await client.get(path)).text
            assert ANY_KEY not in seen[who]
            assert (own in seen[who]) == (who != "vero")
            seen[who] = seen[who].replace(own, "")
        client.session.cookie_jar.clear()
        assert (await client.get(path)).status in (303, 401)
    assert seen["ana"] == seen["boss"]
    assert "formaction" in seen["ana"]
    assert "formaction" not in seen["vero"]
    assert "Vero" in seen["vero"]
