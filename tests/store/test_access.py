"""Sessions and the audit log on disk: they outlive a restart, and what was written of people's deeds is not
rewritten.
"""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sentinel.store.audit import AuditLine, AuditOutcome, AuditStore, KnownBy
from sentinel.store.database import Database
from sentinel.store.recovery_links import RecoveryLinks
from sentinel.store.second_factors import SecondFactor, SecondFactorStore
from sentinel.store.secret_store import SecretStore
from sentinel.store.sessions import ProvidedIdentity, Session, SessionOrigin, SessionStore
from sentinel.web.access.one_time_codes import matching_step
from tests.fakes import START


def a_session(name: str, seen: int = 0) -> Session:
    return Session(id=name, account="ana", stamp="s", started_at=START, seen_at=START + timedelta(minutes=seen))


def a_line(n: int, who: str = "ana") -> AuditLine:
    return AuditLine(
        at=START + timedelta(minutes=n),
        who=who,
        known_by=KnownBy.LINK,
        what="ack",
        about=f"i{n}",
        address="192.0.2.7",
        outcome=AuditOutcome.DONE,
        status=303,
    )


async def test_sessions_begin_are_used_and_end(database: Database) -> None:
    """The one used longest ago comes first."""
    store = SessionStore(database, bytes)
    for session in (a_session("a", 2), a_session("b", 1), a_session("c")):
        await store.begin(session)
    await store.seen("c", START + timedelta(hours=1))
    await store.end(["a", "nobody"])
    assert await SessionStore(database, bytes).all() == [a_session("b", 1), a_session("c", 60)]


async def test_how_a_session_began_is_kept_and_what_is_damaged_is_nothing(database: Database) -> None:
    """From where, with what, and who a provider says it is; a row of an earlier Sentinel has none of it."""
    store = SessionStore(database, bytes)
    identity = ProvidedIdentity(issuer="https://sso.example.org", subject="7", groups=("crisis",))
    origin = SessionOrigin(address="192.0.2.7", browser="Firefox, Linux", identity=identity)
    await store.begin(msgspec.structs.replace(a_session("a"), origin=origin))
    await store.begin(a_session("b"))
    assert [each.origin for each in await store.all()] == [origin, SessionOrigin()]
    async with database.write() as connection:
        await connection.execute(text("UPDATE sessions SET origin = NULL WHERE id = 'b'"))
        await connection.execute(text("UPDATE sessions SET origin = '{\"identity\": 7}' WHERE id = 'a'"))
    assert [each.origin for each in await store.all()] == [SessionOrigin(), SessionOrigin()]
    assert await store.end_of("ana") == 2
    assert await store.all() == []


async def test_second_factors_are_kept_replaced_and_removed(database: Database) -> None:
    """One of a person; a damaged one stays one, and no code fits it."""
    store = SecondFactorStore(database)
    factor = SecondFactor(account="ana", secret="ABC", since=START, last_step=7, salt="00", recovery=("x",))
    await store.put(factor)
    await store.put(msgspec.structs.replace(factor, last_step=8))
    await store.put(msgspec.structs.replace(factor, account="eva"))
    assert {each.account: each.last_step for each in await store.all()} == {"ana": 8, "eva": 7}
    await store.remove("eva")
    async with database.write() as connection:
        await connection.execute(text("UPDATE second_factors SET body = '{'"))
    (damaged,) = await store.all()
    assert (damaged.account, damaged.secret, damaged.recovery) == ("ana", "", ())
    assert matching_step(damaged.secret, "000000", START, damaged.last_step) is None


async def test_a_recovery_link_is_taken_once_while_it_is_good_and_only_its_digest_is_kept(database: Database) -> None:
    """Of two who try at once one gets it; a newer one voids the older ones of its person."""
    store, until = RecoveryLinks(database), START + timedelta(minutes=15)
    await store.make("old", "ana", now=START, until=until)
    await store.make("evas", "eva", now=START, until=until)
    await store.make("new", "ana", now=START, until=until)
    assert await store.account_of("old", START) is None
    assert await store.account_of("new", START) == "ana"
    assert await store.account_of("new", until) is None
    taken = [await store.take("new", START), await store.take("new", START)]
    assert taken == ["ana", None]
    assert await store.take("evas", until) is None
    async with database.read() as connection:
        rows = (await connection.execute(text("SELECT * FROM recovery_links"))).all()
    assert "evas" not in repr(rows)


async def test_the_secret_of_forms_is_one_of_its_own_and_stays(database: Database) -> None:
    """Whoever knows how links are signed cannot sign forms."""
    kept = await SecretStore(database, None).load()
    assert await SessionStore(database, lambda: kept.forms.value).secret() == kept.forms.value != kept.links.value


async def test_lines_are_read_newest_first_by_person_and_from_a_line_on(database: Database) -> None:
    """As they were written."""
    store = AuditStore(database)
    await store.add([a_line(n, "ana" if n % 2 else "luis") for n in range(1, 7)])
    found = await store.find(limit=3)
    assert [line.about for line in found] == ["i6", "i5", "i4"]
    assert msgspec.structs.replace(found[0], id=0) == a_line(6, "luis")
    assert [line.about for line in await store.find(before=found[-1].id)] == ["i3", "i2", "i1"]
    assert [line.about for line in await store.find(who="ana")] == ["i5", "i3", "i1"]
    await store.prune(START + timedelta(minutes=5))
    assert [line.about for line in await store.find()] == ["i6", "i5"]


async def test_what_is_too_long_for_its_place_is_cut(database: Database) -> None:
    """However long an address's path is."""
    store = AuditStore(database)
    await store.add(
        [msgspec.structs.replace(a_line(1), who="a" * 500, about="b" * 500, what="c" * 500, address="d" * 500)]
    )
    (line,) = await store.find()
    assert [len(each) for each in (line.who, line.what, line.about, line.address)] == [80, 120, 200, 64]


async def test_a_line_cannot_be_changed(database: Database) -> None:
    """Not by a mistake of ours, nor by hand in passing."""
    store = AuditStore(database)
    await store.add([a_line(1)])
    with pytest.raises(DBAPIError, match="not rewritten"):
        async with database.write() as connection:
            await connection.execute(text("UPDATE audit SET who = 'somebody else'"))
    assert [line.who for line in await store.find()] == ["ana"]
