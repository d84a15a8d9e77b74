"""Access tokens that are had for other credentials, kept until shortly before they expire."""

from collections.abc import Mapping

import msgspec

from sentinel.clock import Clock
from sentinel.sources.polling import Request, RequestRefused
from sentinel.sources.rounds import C, Round

EARLY = 60.0
"""Seconds before its end at which a token is renewed."""


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = 3600.0


class AccessToken:
    """A token of an OAuth server, asked for when it is needed.

    Parameters
    ----------
    request
        What to ask the server, credentials and all.
    """

    def __init__(self, request: Request, clock: Clock) -> None:
        self._request = request
        self._clock = clock
        self._token = ""
        self._until = 0.0

    async def bearer(self, turn: Round[C]) -> Mapping[str, str]:
        """The header that says who asks.

        Raises
        ------
        RequestRefused
            Permanent, with what to renew, when the server does not grant it.
        """
        if not self._token or self._clock.monotonic() >= self._until:
            try:
                granted = await turn.json(self._request, _Granted)
            except RequestRefused as error:
                if error.status != 400:
                    raise
                said = f"{self._request.name} refuses the credentials (400); {self._request.renew}"
                raise RequestRefused(said, status=401, body=error.body, permanent=True) from None
            self._token = granted.access_token
            self._until = self._clock.monotonic() + granted.expires_in - EARLY
        return {"Authorization": f"Bearer {self._token}"}

    def drop(self) -> None:
        """It is not believed any more."""
        self._token = ""
