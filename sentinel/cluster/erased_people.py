"""Erased people of a partition: its owner lets go of them, in memory and in its states, and says so in its epoch.

What they wrote is taken back in the journal like what a network deletes, behind it stands a mark: at that place the
fold shows none of it any more. What others say of them is reworded then, and a state written down that holds no name.
"""

from collections.abc import Callable

from sentinel.cluster.glance import Glance
from sentinel.daemon.loop import FoldLoop
from sentinel.store.erasures import Erasure, ErasureRows, ErasureStage
from sentinel.store.partition_rows import OwnedPart


class ErasedPeople:
    """Of one owner.

    Parameters
    ----------
    rows
        Written in the owner's epoch.
    glance
        The process's, at what is not done.
    reread
        Has the journal's latest entries read from the store again.
    """

    def __init__(
        self, owned: OwnedPart, rows: ErasureRows, glance: Glance[list[Erasure]], reread: Callable[[], None]
    ) -> None:
        self._owned = owned
        self._rows = rows
        self._glance = glance
        self._reread = reread
        self._said: set[int] = set()

    async def look(self, loop: FoldLoop) -> None:
        """Let go of whoever is to be erased, once the fold has come to where that stands.

        Raises
        ------
        StoreFailing
            When the store does not answer; the next look goes on.
        """
        pending, _ = await self._glance.now()
        for each in pending:
            if each.stage is ErasureStage.FOUND and each.id not in self._said and await self._folded(each, loop):
                await self._let_go(each, loop)

    async def _folded(self, erasure: Erasure, loop: FoldLoop) -> bool:
        place = await self._rows.marked_at(erasure.gone, self._owned.id)
        return place is not None and loop.position >= place and loop.rebuild is None

    async def _let_go(self, erasure: Erasure, loop: FoldLoop) -> None:
        self._reread()
        await loop.reword(erasure.person.eraser.mention)
        if await loop.checkpoint():
            await self._rows.say(erasure, self._owned.id, self._owned.epoch)
            self._said.add(erasure.id)
