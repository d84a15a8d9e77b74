"""From the configuration to the core's plain values; the one translation that the daemon and every command share."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sentinel.assembly.event_calendars import event_calendars
from sentinel.assembly.pseudonyms import ignored_accounts
from sentinel.assembly.recurring_silences import maintenance, recurring_silences
from sentinel.config.brand import BrandSettings
from sentinel.config.budgets import BudgetSettings
from sentinel.config.contact import ContactSettings, Weekday
from sentinel.config.contact import QuietHoursSettings as QuietSettings
from sentinel.config.match import as_term
from sentinel.config.oncall import LayerSettings, ScheduleSettings
from sentinel.config.policy import PolicySettings, StepSettings
from sentinel.config.schema import Config
from sentinel.config.source_settings import SourceSettings
from sentinel.config.wall import read_date, read_date_time, read_every, read_hours, read_time
from sentinel.engine.setup import BrandSetup, EngineSetup
from sentinel.escalation.budget import Budget, NightBudget
from sentinel.escalation.campaign import Campaign
from sentinel.escalation.contact import Contact, Occasion
from sentinel.escalation.digest import DailyDigest
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.policy import Ladder, Policy, Step
from sentinel.escalation.restriction import Restriction
from sentinel.escalation.roster import Roster
from sentinel.escalation.rotation import Rotation
from sentinel.escalation.schedule import Schedule
from sentinel.escalation.wall import ends_at, starts_at
from sentinel.http_session import allow_private
from sentinel.incidents.rules import Rules
from sentinel.matching.brand import Brand
from sentinel.matching.pseudonyms import Pseudonyms
from sentinel.network import go_through
from sentinel.notify.admission import Admission
from sentinel.notify.channels import scheme_of
from sentinel.notify.plan import Limits
from sentinel.notify.spent_budgets import Route, SpentBudgets
from sentinel.registry import discover
from sentinel.reports.period import Every
from sentinel.reports.plan import ReportPlan
from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings
from sentinel.sentiment.own_words import own_words
from sentinel.sources.base import Source

if TYPE_CHECKING:
    from sentinel.engine.engine import Engine


def build_engine(config: Config) -> "Engine":
    """A fresh engine with the shipped sentiment model."""
    from sentinel.engine.engine import Engine  # with all that it computes by: who only asks for people needs none of it
    from sentinel.sentiment.seed import load_seed

    return Engine(engine_setup(config), load_seed())


def reach(config: Config) -> None:
    """Go through the proxy that the configuration names, from now on."""
    proxy = config.network.proxy
    go_through(proxy.get_secret_value() if proxy else None, config.network.no_proxy)
    allow_private(config.network.allow_private)


def engine_setup(config: Config, hidden: Pseudonyms | None = None) -> EngineSetup:
    """Brands, rules and spans; ``hidden`` where authors are kept under pseudonyms."""
    policies = {name: _policy(name, each) for name, each in config.policies.items()}
    return EngineSetup(
        brands=tuple(
            BrandSetup(
                brand=Brand(
                    name=each.name,
                    any=tuple(map(as_term, each.match.any)) or (each.name,),
                    none=tuple(map(as_term, each.match.none)),
                    languages=each.match.languages,
                    sources=each.match.sources,
                    everything_from=each.match.everything_from,
                    own=each.own,
                    ignore=ignored_accounts((*config.ignore, *each.ignore), config.zone, hidden),
                ),
                was=each.was,
                scoring=_scoring(config, each),
                policy=policies[each.policy],
                sources=each.sources,
                competitors=each.competitors,
            )
            for each in config.brands
        ),
        rules=Rules(
            acknowledgement_expires=config.incidents.acknowledgement_expires,
            max_snooze=config.incidents.max_snooze,
            reopen_within=config.incidents.reopen_within,
            update_every=config.incidents.update_every,
            contacts=contacts(config),
            roster=roster(config),
        ),
        tick=config.engine.tick,
        grace=config.engine.grace,
        lags=_lags(config.sources),
        campaigns=_campaigns(config),
        calendars=event_calendars(config),
        recurring=tuple(recurring_silences(config)),
        maintenance=tuple(maintenance(config)),
    )


def contacts(config: Config) -> dict[str, Contact]:
    """Contacts as the core knows them, without their addresses."""
    return {key: _contact(each, each.timezone or config.timezone) for key, each in config.contacts.items()}


def _contact(settings: ContactSettings, zone: str) -> Contact:
    use, quiet = settings.use, settings.quiet_hours
    return Contact(
        channels=tuple(scheme_of(url.get_secret_value()) for url in settings.channels),
        use={each: tried for each in Occasion if use and (tried := use.tried(each)) is not None},
        quiet=quiet.hours(zone) if quiet else None,
        nights=_nights(settings, zone),
        digest=DailyDigest(zone=zone, at=read_time(settings.digest)) if settings.digest else None,
    )


def admission(config: Config, route: Route, contacts: Callable[[str], Contact | None]) -> Admission:
    """Who decides what goes now, with nothing sent so far."""
    budgets = config.delivery.budgets
    limits = Limits(
        group_wait=config.delivery.group_wait, contact=_budget(budgets.contact), provider=_budget(budgets.provider)
    )
    return Admission(limits, route, SpentBudgets(limits, route, contacts))


def _budget(settings: BudgetSettings) -> Budget:
    return Budget(messages=settings.messages, per=settings.per, first_pages=settings.first_pages)


def _nights(settings: ContactSettings, zone: str) -> NightBudget | None:
    if settings.pages_per_night is None:
        return None
    begins, ends = (settings.quiet_hours or QuietSettings()).span
    return NightBudget(zone=zone, begins=begins, ends=ends, pages=settings.pages_per_night)


def policies(config: Config) -> tuple[Policy, ...]:
    """Every policy, whether a brand has it or not."""
    return tuple(_policy(name, settings) for name, settings in config.policies.items())


def roster(config: Config) -> Roster:
    """Contacts, schedules and roles."""
    return Roster(
        contacts=tuple(config.contacts),
        schedules={name: _schedule(name, settings, config.timezone) for name, settings in config.schedules.items()},
        roles=dict(config.roles),
    )


def _schedule(name: str, settings: ScheduleSettings, timezone: str) -> Schedule:
    zone = ZoneInfo(settings.timezone or timezone)
    return Schedule(
        name=name,
        timezone=zone.key,
        layers=tuple(_rotation(layer) for layer in settings.layers),
        overrides=tuple(
            Override(
                id=f"{name}/overrides/{index}",
                schedule=name,
                contacts=_turn(each.who),
                reason=each.reason,
                starts_at=starts_at(read_date_time(each.begin), zone),
                ends_at=ends_at(read_date_time(each.end), zone),
            )
            for index, each in enumerate(settings.overrides)
        ),
        swaps=tuple(
            Swap(
                id=f"{name}/swaps/{index}",
                schedule=name,
                between=(each.between[0], each.between[1]),
                reason=each.reason,
                starts_at=starts_at(read_date_time(each.begin), zone),
                ends_at=ends_at(read_date_time(each.end), zone),
            )
            for index, each in enumerate(settings.swaps)
        ),
    )


def _rotation(layer: LayerSettings) -> Rotation:
    every, unit = read_every(layer.every)
    return Rotation(
        people=tuple(_turn(turn) for turn in layer.people),
        every=every,
        unit=unit,
        handoff=read_time(layer.handoff),
        weekday=_number(layer.weekday) if layer.weekday else None,
        starts=read_date(layer.starts),
        restrictions=tuple(
            Restriction(weekdays=tuple(_number(day) for day in each.days), starts=starts, ends=ends)
            for each in layer.restrict
            for starts, ends in (read_hours(each.hours),)
        ),
    )


def _turn(people: str | tuple[str, ...]) -> tuple[str, ...]:
    return (people,) if isinstance(people, str) else people


def _number(day: Weekday) -> int:
    """0 is Monday."""
    return list(Weekday).index(day)


def _scoring(config: Config, brand: BrandSettings) -> ScoringSettings:
    scoring = config.scoring
    return ScoringSettings(
        thresholds=(brand.thresholds or scoring.thresholds).value,
        weights=dict(scoring.weights),
        min_mentions=scoring.min_mentions,
        min_authors=scoring.min_authors,
        margin=scoring.margin,
        leave_after=scoring.leave_after,
        words=own_words(brand.domain, brand.lexicon),
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


def report_plans(config: Config) -> tuple[ReportPlan, ...]:
    """The reports that are sent by themselves."""
    return tuple(
        ReportPlan(
            brands=each.brands or tuple(brand.name for brand in config.brands),
            every=Every(each.every),
            at=read_time(each.at),
            zone=config.timezone,
            to=each.to,
            weekday=_number(Weekday(each.on)) if each.on and each.every == "week" else 0,
            day=int(each.on) if each.on and each.every == "month" else 1,
            language=each.language.value if each.language else None,
        )
        for each in config.reports
    )


def _steps(steps: tuple[StepSettings, ...]) -> tuple[Step, ...]:
    return tuple(Step(notify=each.notify, after=each.after, authority=each.authority) for each in steps)


def _campaigns(config: Config) -> tuple[Campaign, ...]:
    return tuple(
        Campaign(
            name=each.name,
            brands=each.brands,
            starts_at=starts_at(each.span[0], config.zone),
            ends_at=ends_at(each.span[1], config.zone),
            cap=Level(each.cap),
        )
        for each in config.campaigns
    )


def _lags(sources: dict[str, SourceSettings]) -> dict[str, timedelta]:
    """Polled sources see things late by nature; what they bring is not late for that."""
    plugins = discover("sentinel.sources", Source)
    return {name: lag for name, each in sources.items() if (lag := plugins[each.type].normal_lag) is not None}
