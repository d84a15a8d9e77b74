"""Several processes on one store: how many partitions its brands are spread over."""

from pydantic import Field

from sentinel.config.base import Settings
from sentinel.config.nats import NatsSettings

MOST = 256


class ClusterSettings(Settings):
    """More than one process; `docs/cluster.md` says when that is worth its while."""

    partitions: int = Field(0, ge=0, le=MOST)
    """Groups of brands that workers (`sentinel run --role worker`) fold, each by itself. 0: one process folds all.
    Wants PostgreSQL; the number stays what it was when the store was first divided, so take several times as many as
    you will ever have workers, such as 16.
    """
    nats: NatsSettings | None = None
    """Servers that carry mentions to workers; `docs/cluster-nats.md` says when and how. Default: a table of the store
    carries them."""
