"""Requests to JetStream's own API, as JSON: asked again while the servers elect a leader, refusals as errors.

By hand, since the client library knows neither priority groups nor how to unpin.
"""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from nats.aio.client import Client
from nats.errors import Error, NoRespondersError

from sentinel.backoff import Backoff
from sentinel.clock import Clock
from sentinel.cluster.carrier_errors import ApiRefusal, CarrierAway

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
ANSWERS_WITHIN = 2.0
"""Seconds for one try."""
PATIENCE = 10.0
"""Seconds for all tries of one; an election takes two to four."""
RETRY_AFTER = 5.0
TOO_MUCH = (10077, 10047, 10023)
"""JetStream's numbers for: the stream is full, so is the account, so is the disk. Waiting here would not help."""


class ApiError(msgspec.Struct, frozen=True):
    """What a refusal says."""

    code: int = 0
    err_code: int = 0
    description: str = ""


class ApiRefused(msgspec.Struct, frozen=True):
    """The part of every answer that tells whether it is a refusal."""

    error: ApiError | None = None


T = TypeVar("T")


class JetStreamApi:
    """Asks JetStream over one connection.

    Parameters
    ----------
    answers_within
        Seconds for one try.
    """

    def __init__(self, client: Client, clock: Clock, *, answers_within: float = ANSWERS_WITHIN) -> None:
        self.client = client
        self.clock = clock
        self._answers_within = answers_within

    async def ask(self, subject: str, body: Mapping[str, Json], answer: type[T], *, patience: float = PATIENCE) -> T:
        """The answer to a request of its API (``STREAM.INFO.name``).

        Raises
        ------
        ApiRefusal
            When it says no.
        CarrierAway
            When nobody answered within ``patience``.
        """
        return await self.say(f"$JS.API.{subject}", msgspec.json.encode(body), answer, patience=patience)

    async def say(
        self,
        subject: str,
        body: bytes,
        answer: type[T],
        *,
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> T:
        """The answer to any request that JetStream answers, a published message among them; errors as for `ask`."""
        until = self.clock.monotonic() + patience
        backoff = Backoff(base=0.05, cap=0.5)
        while True:
            try:
                given = await self.client.request(
                    subject, body, timeout=self._answers_within, headers=dict(headers) if headers else None
                )
            except (Error, TimeoutError) as error:
                why = "no server leads it now" if isinstance(error, NoRespondersError) else "no server answers"
            else:
                refused = msgspec.json.decode(given.data, type=ApiRefused).error
                if refused is None:
                    return msgspec.json.decode(given.data, type=answer)
                if refused.code != 503 or refused.err_code in TOO_MUCH:
                    raise ApiRefusal(f"JetStream refuses {subject}: {refused.description}", refused.err_code)
                why = refused.description
            if self.clock.monotonic() >= until:
                raise CarrierAway(
                    f"JetStream did not do {subject} within {patience:.0f} s: {why}; look at its servers "
                    "(nats server report jetstream)",
                    retry_after=RETRY_AFTER,
                )
            await self.clock.sleep(backoff.next())
