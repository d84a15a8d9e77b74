"""Shared persons: what is held on somebody, and its erasure, as any process of a cluster is asked for it."""

from sentinel.cluster.asked import WAITS
from sentinel.daemon.person_keeper import Erased, ErasurePending, NoSuchErasure, PersonKeeper
from sentinel.store.erasures import Erasure, ErasureRows, ErasureStage
from sentinel.store.person import Sought

LOOK_EVERY = 0.2


class SharedPersons(PersonKeeper):
    """Puts in what is asked, and waits for whoever does it."""

    async def erase(self, sought: Sought, number: int | None = None) -> Erased:
        """Everything goes.

        Raises
        ------
        ErasurePending
            When it is not done for `WAITS`; it goes on. Asked with its ``number`` it is waited for again.
        NoSuchErasure
            When there is none of that number.
        StoreFailing
            When the store does not answer.
        """
        rows = ErasureRows(self._database)
        if number is None:
            number = await rows.ask(sought, self._clock.now())
        until = self._clock.monotonic() + WAITS.total_seconds()
        while True:
            erasure = await rows.get(number)
            if erasure is None:
                raise NoSuchErasure(f"erasure {number}: there is none of that number, or it was done hours ago")
            if erasure.stage is ErasureStage.DONE:
                return Erased(mentions=erasure.mentions, rows=erasure.rows, packed=True)
            if self._clock.monotonic() >= until:
                raise await _pending(rows, erasure)
            await self._clock.sleep(LOOK_EVERY)


async def _pending(rows: ErasureRows, erasure: Erasure) -> ErasurePending:
    """With what it waits for."""
    waited = await rows.waits_for(erasure)
    return ErasurePending(erasure.id, waited, waited & await rows.unowned())
