"""A brand's new name in every table that names brands: its history goes on under it.

Doing it again changes nothing, so that it is done at every start as well as by a reload.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.reports.day import BrandDay
from sentinel.store.database import Database
from sentinel.store.facts import LATE_REQUESTS, fact, put_fact
from sentinel.store.findings import ODD
from sentinel.store.incident_body import read_incident, write_incident
from sentinel.store.mention_tables import saved_views
from sentinel.store.schema import brand_days, events, incidents, scores, silences

_plain = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode
_decode_day = msgspec.msgpack.Decoder(BrandDay).decode
_encode_day = msgspec.msgpack.Encoder().encode


async def rename_brands(database: Database, names: Mapping[str, str]) -> None:
    """Earlier names to present ones, in one transaction."""
    if not names:
        return
    async with database.write() as connection:
        for old, new in names.items():
            await _incidents(connection, old, new)
            await _events(connection, old, new)
            await _scores(connection, old, new)
            await _days(connection, old, new)
        await _silences(connection, names)
        await _saved_views(connection, names)
        await _late_requests(connection, names)


async def _incidents(connection: AsyncConnection, old: str, new: str) -> None:
    found = await connection.execute(select(incidents.c.id, incidents.c.body).where(incidents.c.brand == old))
    for row in found.all():
        body = write_incident(msgspec.structs.replace(read_incident(row.body), brand=new))
        await connection.execute(update(incidents).where(incidents.c.id == row.id).values(brand=new, body=body))


async def _events(connection: AsyncConnection, old: str, new: str) -> None:
    found = await connection.execute(select(events.c.id, events.c.body).where(events.c.brand == old))
    for row in found.all():
        body = _encode(_plain(row.body) | {"brand": new})
        await connection.execute(update(events).where(events.c.id == row.id).values(brand=new, body=body))


async def _scores(connection: AsyncConnection, old: str, new: str) -> None:
    """Where both names have a point, the one of the present name stays."""
    await _let_go_of_doubles(connection, scores, "at", old, new)
    await connection.execute(update(scores).where(scores.c.brand == old).values(brand=new))


async def _days(connection: AsyncConnection, old: str, new: str) -> None:
    await _let_go_of_doubles(connection, brand_days, "day", old, new)
    query = select(brand_days.c.day, brand_days.c.body).where(brand_days.c.brand == old)
    for row in (await connection.execute(query)).all():
        body = _encode_day(msgspec.structs.replace(_decode_day(row.body), brand=new))
        this = (brand_days.c.brand == old) & (brand_days.c.day == row.day)
        await connection.execute(update(brand_days).where(this).values(brand=new, body=body))


async def _let_go_of_doubles(connection: AsyncConnection, table: Table, key: str, old: str, new: str) -> None:
    taken = select(table.c[key]).where(table.c.brand == new)
    await connection.execute(delete(table).where(table.c.brand == old, table.c[key].in_(taken)))


async def _silences(connection: AsyncConnection, names: Mapping[str, str]) -> None:
    for row in (await connection.execute(select(silences.c.id, silences.c.body))).all():
        plain = _plain(row.body)
        renamed = [names.get(brand, brand) for brand in plain["brands"]]
        if renamed != plain["brands"]:
            body = _encode(plain | {"brands": renamed})
            await connection.execute(update(silences).where(silences.c.id == row.id).values(body=body))


async def _saved_views(connection: AsyncConnection, names: Mapping[str, str]) -> None:
    for row in (await connection.execute(select(saved_views.c.id, saved_views.c.body))).all():
        plain = _plain(row.body)
        query = plain.get("query", {})
        if query.get("brand") in names:
            body = _encode(plain | {"query": query | {"brand": names[query["brand"]]}})
            await connection.execute(update(saved_views).where(saved_views.c.id == row.id).values(body=body))


async def _late_requests(connection: AsyncConnection, names: Mapping[str, str]) -> None:
    """What was told of a brand is not told again under its new name."""
    if (value := await fact(connection, LATE_REQUESTS)) is None:
        return
    try:
        plain = _plain(value)
        requests = [(names.get(brand, brand), *rest) for brand, *rest in plain.get("requests", ())]
        brands = {names.get(brand, brand): at for brand, at in plain.get("brands", {}).items()}
    except ODD:
        return
    if (found := _encode(plain | {"requests": requests, "brands": brands}).decode()) != value:
        await put_fact(connection, LATE_REQUESTS, found)
