"""Columns and instants as every table has them, and the one metadata in which all tables stand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, MetaData


class Body(LargeBinary):
    """Bytes, also where damage made them text, which SQLite allows: whoever reads them says what they are."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """What the database gives, as bytes."""
        return _as_bytes


def _as_bytes(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return bytes(value) if isinstance(value, memoryview) else value


metadata = MetaData()
Id = BigInteger().with_variant(Integer, "sqlite")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """An aware instant as microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The instant that `to_micros` stored, in UTC."""
    return EPOCH + timedelta(microseconds=micros)
