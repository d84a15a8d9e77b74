"""The stream: what was taken in and is not yet committed, on the disks of most of the servers.

It refuses rather than forgets: nothing in it grows old, and what is full says so. Its first sequence number is the
instant at which it was made, so that one made anew after a disaster never numbers as an earlier one did: what a worker
committed lies before it.
"""

import msgspec

from sentinel.clock import Clock
from sentinel.cluster.carrier_errors import ApiRefusal, CarrierAway, CarrierMisfit
from sentinel.cluster.jetstream_api import PATIENCE, RETRY_AFTER, JetStreamApi, Json
from sentinel.cluster.pull_request import SECOND
from sentinel.config.nats import NatsSettings
from sentinel.micros import to_micros

NOT_FOUND = 10059
NAMED_ALREADY = 10058
NO_PEERS = 10005
PARTITIONS = "sentinel_partitions"


class StreamConfig(msgspec.Struct, frozen=True):
    """As it was made."""

    subjects: list[str] = []
    retention: str = ""
    discard: str = ""
    storage: str = ""
    max_age: int = 0
    max_msgs: int = -1
    max_bytes: int = -1
    num_replicas: int = 1
    duplicate_window: int = 0
    metadata: dict[str, str] = {}


class StreamState(msgspec.Struct, frozen=True):
    """What it holds."""

    messages: int = 0
    bytes: int = 0
    first_seq: int = 0
    last_seq: int = 0


class StreamAnswer(msgspec.Struct, frozen=True):
    """What the servers say of it."""

    config: StreamConfig
    state: StreamState


class ConsumerStanding(msgspec.Struct, frozen=True):
    """What a consumer has before it, and what it has handed out."""

    name: str = ""
    num_pending: int = 0
    num_ack_pending: int = 0


class ConsumerPage(msgspec.Struct, frozen=True):
    """Some of the consumers of a stream."""

    total: int = 0
    consumers: list[ConsumerStanding] = []


class Done(msgspec.Struct, frozen=True):
    """An answer of which nothing more is read."""


def consumer_of(part: int) -> str:
    """The name of a partition's consumer."""
    return f"part-{part}"


def part_of_consumer(name: str) -> int | None:
    """Whose it is; ``None`` for one that is not ours.

    Examples
    --------
    >>> part_of_consumer("part-7"), part_of_consumer("backup")
    (7, None)
    """
    number = name.removeprefix("part-")
    return int(number) if number != name and number.isdigit() else None


class MentionStream:
    """One stream with a subject for each partition."""

    def __init__(self, api: JetStreamApi, settings: NatsSettings, partitions: int, clock: Clock) -> None:
        self.name = settings.stream
        self.max_bytes = settings.max_bytes
        self._api = api
        self._settings = settings
        self._partitions = partitions
        self._clock = clock

    def subject(self, part: int) -> str:
        """Under which a partition's messages are published."""
        return f"{self.name}.{part}"

    async def ensure(self) -> None:
        """Make it where there is none; change its size, replicas and window where the configuration has others.

        Raises
        ------
        CarrierMisfit
            When there is another stream of its name, or it cannot be made.
        CarrierAway
            When nobody answers, or too few to make it.
        """
        found = await self._found()
        if found is None:
            found = await self._made()
        self._judge(found.config)
        wanted = (self.max_bytes, self._settings.replicas, self._window)
        if (found.config.max_bytes, found.config.num_replicas, found.config.duplicate_window) != wanted:
            await self._put("UPDATE", {})

    async def state(self, *, patience: float = PATIENCE) -> StreamState:
        """What it holds now."""
        return (await self._api.ask(f"STREAM.INFO.{self.name}", {}, StreamAnswer, patience=patience)).state

    async def pending(self) -> dict[int, int]:
        """Partition to messages that its consumer has not had acknowledged. Tried once.

        Raises
        ------
        CarrierAway
            When nobody answers.
        """
        found: dict[int, int] = {}
        offset = 0
        while True:
            asked = {"offset": offset}
            page = await self._api.ask(f"CONSUMER.LIST.{self.name}", asked, ConsumerPage, patience=0)
            offset += len(page.consumers)
            for each in page.consumers:
                if (part := part_of_consumer(each.name)) is not None:
                    found[part] = each.num_pending + each.num_ack_pending
            if not page.consumers or offset >= page.total:
                return found

    async def forget(self, part: int, until: int) -> None:
        """Delete a partition's messages up to ``until``: they are committed. Tried once: the next one does it too."""
        try:
            body: dict[str, Json] = {"filter": self.subject(part), "seq": until + 1}
            await self._api.ask(f"STREAM.PURGE.{self.name}", body, Done, patience=0)
        except (ApiRefusal, CarrierAway):
            return

    @property
    def _window(self) -> int:
        return int(self._settings.duplicates_within.total_seconds() * SECOND)

    async def _found(self) -> StreamAnswer | None:
        try:
            return await self._api.ask(f"STREAM.INFO.{self.name}", {}, StreamAnswer)
        except ApiRefusal as refusal:
            if refusal.code == NOT_FOUND:
                return None
            raise CarrierMisfit(f"stream {self.name}: {refusal}; is JetStream on (jetstream {{ }})?") from refusal

    async def _made(self) -> StreamAnswer:
        try:
            return await self._put("CREATE", {"first_seq": to_micros(self._clock.now())})
        except ApiRefusal as refusal:
            if refusal.code == NAMED_ALREADY and (found := await self._found()) is not None:
                return found  # another process was first
            if refusal.code == NO_PEERS and "offline" in str(refusal):
                raise CarrierAway(
                    f"stream {self.name} cannot be made on {self._settings.replicas} servers while one is away",
                    retry_after=RETRY_AFTER,
                ) from refusal
            raise CarrierMisfit(
                f"stream {self.name} of {self.max_bytes} bytes on {self._settings.replicas} servers cannot be made: "
                f"{refusal}; give the servers more (max_file_store), or ask for less (max_bytes, replicas)"
            ) from refusal

    async def _put(self, how: str, more: dict[str, Json]) -> StreamAnswer:
        config: dict[str, Json] = {
            "name": self.name,
            "subjects": [f"{self.name}.*"],
            "retention": "limits",
            "discard": "new",
            "storage": "file",
            "max_bytes": self.max_bytes,
            "num_replicas": self._settings.replicas,
            "duplicate_window": self._window,
            "metadata": {PARTITIONS: str(self._partitions)},
            **more,
        }
        return await self._api.ask(f"STREAM.{how}.{self.name}", config, StreamAnswer)

    def _judge(self, config: StreamConfig) -> None:
        """Whether it is one of ours, of as many partitions."""
        ours = StreamConfig(subjects=[f"{self.name}.*"], retention="limits", discard="new", storage="file")
        for field in ("subjects", "retention", "discard", "storage", "max_age", "max_msgs"):
            if (found := getattr(config, field)) != (wanted := getattr(ours, field)):
                raise CarrierMisfit(
                    f"stream {self.name} has {field} {found!r} and needs {wanted!r}; give another name, or remove it "
                    f"(nats stream rm {self.name}) and start again"
                )
        made_for = config.metadata.get(PARTITIONS)
        if made_for != str(self._partitions):
            raise CarrierMisfit(
                f"stream {self.name} was made for {made_for or 'no'} partitions and there are {self._partitions} now; "
                f"once workers have committed all of it, remove it (nats stream rm {self.name}) and start again"
            )
