"""The page for persons: an admin asks, sees how much is held and where, saves it, erases it once that is confirmed."""

import pytest

from sentinel.daemon.person_keeper import ErasurePending
from sentinel.store.person import HeldRow
from tests.builders import a_mention
from tests.web.people import a_closed_stand, sign_in
from tests.web.stand import Stand
from tests.web.test_oncall_page import post
from tests.web.test_pages import read, words

WHO = {"author": "@candela", "source": "bluesky"}


def a_stand() -> Stand:
    rows = [HeldRow(table="incidents", row=str(n), column="body") for n in range(2)]
    return Stand(hers=[a_mention("hola @acme <b>", author="candela")], held_rows=rows)


async def test_what_is_held_is_shown_by_table() -> None:
    """With their posts as plain text; the address holds no name."""
    stand = a_stand()
    assert "Personas" in await read(stand, "/persons?lang=es")
    answer = await post(stand, "/persons?lang=en", WHO)
    page = words(answer.text)
    assert answer.status == 200
    assert "1 posts of theirs, and 2 places that name them" in page
    assert "journal 1" in page
    assert "incidents body 2" in page
    assert "hola @acme &lt;b&gt;" in answer.text
    assert "Erase for good" not in page
    assert stand.people == ["@candela"]
    assert "candela" not in repr(stand.audit.lines)  # type: ignore[attr-defined]


async def test_it_is_saved_as_a_file() -> None:
    """Of the same shape as the API's answer, never kept by anybody on the way."""
    answer = await post(a_stand(), "/persons/export", WHO)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="person.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["mentions"][0]["author"]["handle"] == "candela"
    assert len(answer.json["rows"]) == 2


async def test_nothing_is_erased_before_it_is_confirmed() -> None:
    """The first press asks, the second erases; the page says how much went."""
    stand = a_stand()
    asked = await post(stand, "/persons/erase?lang=es", WHO)
    assert "¿Borrar todo lo de @candela?" in words(asked.text)
    line = stand.audit.lines[-1]  # type: ignore[attr-defined]
    assert line.what == "person_show"
    done = await post(stand, "/persons/erase", {**WHO, "sure": "yes"})
    assert (done.status, done.headers["Location"]) == (303, "/persons?said=erased&mentions=3&rows=5&packed=yes")
    line = stand.audit.lines[-1]  # type: ignore[attr-defined]
    assert (line.what, line.about) == ("person_erase", "")
    page = words(await read(stand, done.headers["Location"] + "&lang=en"))
    assert "Erased: 3 posts; 5 rows were changed." in page


async def test_a_fold_that_is_behind_says_so() -> None:
    """What was asked is on disk; asked again, it goes on."""
    answer = await post(Stand(fold_behind=True), "/persons/erase?lang=en", {**WHO, "sure": "yes"})
    assert answer.status == 503
    assert "Ask again in a moment" in words(answer.text)


async def test_an_erasure_of_a_cluster_goes_on_by_itself() -> None:
    """What it waits for is said, and that nobody has to ask again."""
    pending = Stand(erasure_pending=ErasurePending(7, [3, 1], [3]))
    answer = await post(pending, "/persons/erase?lang=en", {**WHO, "sure": "yes"})
    assert answer.status == 202
    said = words(answer.text)
    assert "nobody has to ask again. Not through yet with partitions 1, 3. Nobody owns partitions 3 just now" in said
    through = Stand(erasure_pending=ErasurePending(7, [], []))
    assert "partic" not in words((await post(through, "/persons/erase?lang=es", {**WHO, "sure": "yes"})).text)


@pytest.mark.parametrize("path", ["/persons", "/persons/export", "/persons/erase"])
@pytest.mark.parametrize("author", ["", "  ", " @", "x" * 1025])
async def test_nobody_is_asked_about_by_a_slip(path: str, author: str) -> None:
    """Empty and endless names are refused in the reader's words."""
    stand = a_stand()
    answer = await post(stand, f"{path}?lang=es", {"author": author, "sure": "yes"})
    assert answer.status == 400
    assert "Di a quién te refieres" in words(answer.text)
    assert stand.people == []


async def test_nothing_of_the_page_s_own_address_is_believed() -> None:
    """Counts are figures."""
    page = await read(a_stand(), "/persons?said=erased&mentions=%3Cb%3E&rows=1e9&lang=en")
    assert "Erased: 0 posts; 0 rows were changed." in words(page)


@pytest.mark.parametrize("who", ["vero", "ana"])
async def test_only_an_admin_may(who: str) -> None:
    """Neither who looks nor who acts, not even the question; the menu does not lead there."""
    stand, _ = a_closed_stand()
    async with stand.client(Accept="text/html") as client:
        await sign_in(client, who)
        assert (await client.get("/persons")).status == 403
        assert (await client.post("/persons", data=WHO)).status == 403
        assert "/persons" not in (await client.get("/")).text
    assert stand.people == []
