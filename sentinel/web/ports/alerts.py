"""What pages and API ask of alerts about what Sentinel runs on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sentinel.incidents.command import Refusal
from sentinel.incidents.infrastructure_alert import InfrastructureAlert, StandingAlert


class AlertPort(Protocol):
    """Alerts that Alertmanager told, and who has them; everything counts once it is on disk."""

    async def take(self, alerts: Sequence[InfrastructureAlert], now: datetime) -> int:
        """Tell whom they have reached; gives how many were new."""
        ...

    def find(self, alert_id: str) -> StandingAlert | None:
        """One alert, also one that is over."""
        ...

    def firing(self, now: datetime) -> tuple[StandingAlert, ...]:
        """What fires: critical ones first, then the oldest."""
        ...

    async def hold(self, alert_id: str, by: str) -> StandingAlert | Refusal:
        """Somebody takes it."""
        ...

    async def give_back(self, alert_id: str, by: str, epoch: int) -> StandingAlert | Refusal:
        """Nobody has it any more; asked by a link of the present epoch."""
        ...
