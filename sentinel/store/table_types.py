"""Types that every table is made of: bodies, instants, ids, and the one list of tables."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, MetaData

from sentinel.micros import EPOCH as EPOCH
from sentinel.micros import from_micros as from_micros
from sentinel.micros import to_micros as to_micros


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
RowId = BigInteger().with_variant(Integer, "sqlite")
