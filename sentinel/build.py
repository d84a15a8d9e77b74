"""From the configuration to the core's plain values; the one translation that the daemon and every command share."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sentinel.config.contact import Contact as ContactSettings
from sentinel.config.contact import QuietHours as QuietSettings
from sentinel.config.contact import Weekday
from sentinel.config.policy import Policy as PolicySettings
from sentinel.config.policy import Step as StepSettings
from sentinel.config.schema import Config, SourceSettings
from sentinel.engine.engine import Engine
from sentinel.engine.setup import BrandSetup, EngineSetup
from sentinel.escalation.campaign import Campaign
from sentinel.escalation.contact import Contact, Occasion, QuietHours
from sentinel.escalation.policy import Ladder, Policy, Step
from sentinel.incidents.rules import Rules
from sentinel.matching.brand import Brand
from sentinel.notify.channels import scheme_of
from sentinel.registry import discover
from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings
from sentinel.sentiment.seed import load_seed
from sentinel.sources.base import Source


def build_engine(config: Config) -> Engine:
    """A fresh engine with the shipped sentiment model."""
    return Engine(engine_setup(config), load_seed())


def engine_setup(config: Config) -> EngineSetup:
    """Brands, rules and spans."""
    return EngineSetup(
        brands=tuple(
            BrandSetup(
                brand=Brand(name=each.name, any=each.match.any or (each.name,), none=each.match.none),
                scoring=_scoring(config, each.name),
                policy=_policy(each.policy, config.policies[each.policy]),
                sources=each.sources,
            )
            for each in config.brands
        ),
        rules=Rules(
            acknowledgement_expires=config.incidents.acknowledgement_expires,
            max_snooze=config.incidents.max_snooze,
            reopen_within=config.incidents.reopen_within,
            update_every=config.incidents.update_every,
            contacts=contacts(config),
        ),
        tick=config.engine.tick,
        grace=config.engine.grace,
        lags=_lags(config.sources),
        campaigns=_campaigns(config),
    )


def contacts(config: Config) -> dict[str, Contact]:
    """Contacts as the core knows them, without their addresses."""
    return {key: _contact(each, each.timezone or config.timezone) for key, each in config.contacts.items()}


def _contact(settings: ContactSettings, zone: str) -> Contact:
    use, quiet = settings.use, settings.quiet_hours
    return Contact(
        channels=tuple(scheme_of(url.get_secret_value()) for url in settings.channels),
        use={each: tried for each in Occasion if use and (tried := use.tried(each)) is not None},
        quiet=_quiet(quiet, zone) if quiet else None,
    )


def _quiet(settings: QuietSettings, zone: str) -> QuietHours:
    begins, ends = settings.span
    return QuietHours(zone=zone, begins=begins, ends=ends, days=frozenset(list(Weekday).index(day) for day in settings.days))


def _scoring(config: Config, brand: str) -> ScoringSettings:
    scoring = config.scoring
    thresholds = next(each.thresholds for each in config.brands if each.name == brand) or scoring.thresholds
    return ScoringSettings(
        watch=thresholds.watch,
        alert=thresholds.alert,
        crisis=thresholds.crisis,
        weights=dict(scoring.weights),
        min_mentions=scoring.min_mentions,
        min_authors=scoring.min_authors,
        margin=scoring.margin,
        leave_after=scoring.leave_after,
    )


def _policy(name: str, settings: PolicySettings) -> Policy:
    return Policy(
        name=name,
        steps=_steps(settings.steps),
        repeat=settings.repeat,
        repeat_after=settings.repeat_after,
        crisis_pace=settings.crisis_pace,
        catch_all=settings.catch_all or settings.steps[-1].notify,
        levels={
            Level(level): Ladder(steps=_steps(each.steps), repeat=each.repeat, repeat_after=each.repeat_after)
            for level, each in settings.levels.items()
        },
    )


def _steps(steps: tuple[StepSettings, ...]) -> tuple[Step, ...]:
    return tuple(Step(notify=each.notify, after=each.after, authority=each.authority) for each in steps)


def _campaigns(config: Config) -> tuple[Campaign, ...]:
    return tuple(
        Campaign(
            name=each.name,
            brands=each.brands,
            starts_at=_instant(each.span[0], config.zone),
            ends_at=_instant(each.span[1], config.zone),
            cap=Level(each.cap),
        )
        for each in config.campaigns
    )


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant that a clock on the wall shows this, or would have shown it before a gap."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _lags(sources: dict[str, SourceSettings]) -> dict[str, timedelta]:
    """Polled sources see things late by nature; what they bring is not late for that."""
    plugins = discover("sentinel.sources", Source)
    return {name: lag for name, each in sources.items() if (lag := plugins[each.type].normal_lag) is not None}
