"""The metrics as text in the format the reader asks for: OpenMetrics with exemplars where it knows that, Prometheus'
own otherwise.
"""

import zlib
from collections.abc import Collection, Iterator
from itertools import chain

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from sentinel.metrics.table import Tables

END = b"# EOF\n"
QUICK = 1
"""Of zlib's levels: the text shrinks to a twelfth all the same."""


NOTHING = CollectorRegistry()
"""In place of the whole registry, where only tables are wanted."""


def expose(
    registry: CollectorRegistry, tables: Tables, accept: str, brands: Collection[str] | None = None
) -> tuple[Iterator[bytes], str]:
    """The text in pieces and its content type for an ``Accept`` header; of tables, where brands are named, their series
    alone.
    """
    encode, content_type = choose_encoder(accept)
    with tables.apart():
        rest = encode(registry)
    modern = rest.endswith(END)
    ours = (piece.encode() for piece in tables.text(modern=modern, brands=brands))
    return chain([rest.removesuffix(END)], ours, [END] if modern else []), content_type


def packed(text: bytes) -> bytes:
    """As gzip; to be called in a thread, since zlib lets others run meanwhile."""
    return zlib.compress(text, QUICK, wbits=31)
