"""The shape of the configuration file: every key, its default and why. Unknown keys are errors.

``${ENV}`` references and ``*_file`` keys are resolved by ``loader.py`` before these models see a value. Sources'
settings live beside their source and are found through the registry.
"""

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, SerializeAsAny, field_validator

from sentinel.config.access import AccessSettings, HostName
from sentinel.config.areas import AreaSettings
from sentinel.config.assistant import AssistantSettings
from sentinel.config.base import Language, Settings
from sentinel.config.brand import BrandSettings, BrandTemplate, ThresholdSettings
from sentinel.config.budgets import Budgets
from sentinel.config.calendars import EventCalendarSettings
from sentinel.config.campaigns import CampaignSettings
from sentinel.config.chats import ChatSettings
from sentinel.config.cluster import ClusterSettings
from sentinel.config.contact import ContactSettings
from sentinel.config.ignore import IgnoreSettings
from sentinel.config.network import NetworkSettings
from sentinel.config.oncall import ScheduleSettings
from sentinel.config.policy import PolicySettings
from sentinel.config.privacy import PrivacySettings
from sentinel.config.reports import ReportSettings
from sentinel.config.requests import RequestSettings
from sentinel.config.silences import SilenceSettings
from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Duration, Interval, format_duration
from sentinel.config.wall import Zone
from sentinel.config.watch import SelfCheckSettings
from sentinel.escalation.budget import PATIENCE
from sentinel.phrases.phrases import REFERENCE
from sentinel.scoring.thresholds import Thresholds

SHORTEST_SECRET = 32
"""Characters of a secret under which something is signed."""
MOST_WEIGHT = 10
"""Of a signal, beside 1 for each."""


class Scoring(Settings):
    """How readings become a score and a level."""

    thresholds: ThresholdSettings = ThresholdSettings()
    weights: dict[str, float] = Field(default_factory=dict)
    """Signal to weight; 1 is the shipped calibration, 0 turns a signal off. `sentinel plugins` lists the signals."""
    min_mentions: int = Field(5, ge=1)
    """Fewer people than this never make an alert; where they speak of something grave, three in five of them do."""
    min_authors: int = Field(4, ge=1)
    """Fewer people who complain beyond the usual never make an alert; a crisis takes twice as many, and so does an
    alert where nothing but their number speaks."""
    margin: float = Field(10, ge=0, le=50)
    """A level is left only this far below its threshold ..."""
    leave_after: Duration = timedelta(minutes=30)
    """... and only after the score has stayed there this long."""


class IncidentSettings(Settings):
    """The life of an incident."""

    acknowledgement_expires: Interval = timedelta(minutes=30)
    """In a crisis an acknowledgement lasts this long, then the ladder resumes; a reminder comes 5 minutes before."""
    max_snooze: Interval = timedelta(hours=12)
    """The longest snooze that is granted."""
    reopen_within: Duration = timedelta(hours=2)
    """A brand that flares up again this soon after the end continues the same incident."""
    update_every: Duration = timedelta(minutes=5)
    """Changes of level that page nobody anew are told at most this often."""


class Store(Settings):
    """Where state is kept."""

    url: SecretStr = SecretStr("sqlite:///var/sentinel.db")
    """A SQLite file, relative to the working directory, or `postgresql://USER:PASSWORD@HOST/DATABASE`."""
    retention: Interval = timedelta(days=30)
    """Mentions older than this are deleted from the journal. IncidentSettings and their timelines are kept."""


class Web(Settings):
    """The HTTP side: pages, API, metrics."""

    host: str = "127.0.0.1"
    """Address to listen on. Any but one of this machine wants tokens or people who sign in, for looking too."""
    port: int = Field(8080, ge=0, le=65535)
    """0 takes any that is free."""
    external_url: str | None = None
    """How a phone reaches these pages; links in pages start with it. Default: http://host:port."""
    names: tuple[HostName, ...] = ()
    """Other names by which programs and browsers reach Sentinel, besides that of `external_url`. Once either is known,
    requests to any other name are refused unless they show a token: a stranger's page must not reach it by a name of
    its own."""
    tokens: tuple[SecretStr, ...] = ()
    """Bearer tokens that may do everything; `access` has finer ones.

    One or the other is required unless `host` is a loopback address.
    """
    max_body: int = Field(10 * 2**20, ge=1024)
    """Bytes of one request's body, after decompression."""
    rate_limit: float = Field(50, gt=0)
    """Posts of mentions a second and client, with bursts of twice as many; one post may carry many mentions."""
    link_expires: Interval = timedelta(hours=24)
    """How long the links in a page may act on their incident; whoever has one needs no token."""
    link_secret: SecretStr | None = None
    """Under which those links are signed, 32 characters or more; best as `link_secret_file`. Default: made at the first
    start and kept beside the store."""
    form_secret: SecretStr | None = None
    """Under which forms are signed; as `link_secret`."""

    @field_validator("external_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.netloc:
                raise ValueError(f"{value!r} is no web address; write one such as https://sentinel.example.com")
        return value

    @field_validator("link_secret", "form_secret")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (length := len(value.get_secret_value())) < SHORTEST_SECRET:
            raise ValueError(
                f"has {length} characters, at least {SHORTEST_SECRET} are needed; `openssl rand -hex 32` makes one"
            )
        return value


class DeliverySettings(Settings):
    """How pages leave."""

    timeout: Interval = timedelta(seconds=15)
    """After this a send counts as unknown: it may have arrived. A page has less while another channel waits: 5 s in a
    crisis, 12 s in an alert."""
    per_destination: int = Field(2, ge=1, le=32)
    """Sends under way at once to one provider, of each process that sends."""
    max_attempts: int = Field(6, ge=1, le=50)
    """Sends over one channel that could not take the message, while no other channel of the contact takes it. To the
    next channel it goes at once, whatever stands here."""
    group_wait: Duration = timedelta(seconds=30)
    """After a page below a crisis, others for the same person wait this long and go as one message; a minute at most, 0
    turns it off.
    """
    budgets: Budgets = Budgets()

    @field_validator("group_wait")
    @classmethod
    def _bearable(cls, value: timedelta) -> timedelta:
        if value > PATIENCE:
            raise ValueError(
                f"must be at most {format_duration(PATIENCE)}, got "
                f"{format_duration(value)}: no page waits longer for others"
            )
        return value


class EngineSettings(Settings):
    """The fold's pace."""

    tick: Interval = timedelta(seconds=5)
    """How often the score is computed for brands that had something new."""
    grace: Duration = timedelta(minutes=2)
    """Mentions up to this late correct the past; later ones teach but never raise an alarm."""
    checkpoint_every: Interval = timedelta(minutes=1)
    """How much of the journal a restart may have to read again."""
    max_queue: int = Field(20_000, ge=100)
    """Mentions on disk but not yet folded, beyond which the HTTP source answers 429; it does so earlier, as soon as
    more wait than are folded in three seconds.
    """


class Logging(Settings):
    """What Sentinel says of itself, on stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is said."""
    format: Literal["auto", "console", "json"] = "auto"
    """`auto` is console on a terminal, JSON elsewhere."""


class Config(Settings):
    """The whole file."""

    language: Language = Language(REFERENCE)
    """Of pages, reports and playbooks; a contact may override it."""
    timezone: Zone = "UTC"
    """IANA zone in which people read times."""
    include: tuple[str, ...] = ()
    """Files beside this one, or patterns of them such as `brands/*.yaml`, whose brands, templates, contacts, policies,
    schedules, roles, areas, sources, campaigns, calendars, silences and reports count as if they stood here; they may
    not include others.

    Default: none.
    """
    brands: tuple[BrandSettings, ...] = Field(min_length=1)
    """Who is listened for. Only `name` is required."""
    templates: dict[str, BrandTemplate] = Field(default_factory=dict)
    """Name to what brands that say `template: NAME` have in common. Default: none."""
    scoring: Scoring = Scoring()
    contacts: dict[str, ContactSettings] = Field(default_factory=dict)
    """Key to a person or a team's channel. Default: one called `log`, whose pages are written to Sentinel's own log."""
    chats: ChatSettings | None = None
    """Chats whose button "I have it" acts (`slack`, `discord`, `telegram`); docs/channels.md shows each. Default: none.
    """
    policies: dict[str, PolicySettings] = Field(default_factory=dict)
    """Name to who is paged, in which order.

    Default: `default` pages every contact at once, and again after ten minutes.
    """
    campaigns: tuple[CampaignSettings, ...] = ()
    """What will be talked about anyway: it caps the level, it does not mute. Default: nothing."""
    calendars: tuple[EventCalendarSettings, ...] = ()
    """Calendars of events: how loud earlier ones were is expected of the next. Default: none."""
    silences: tuple[SilenceSettings, ...] = ()
    """Hours of each week in which pages below a crisis are held back, and maintenance of sources. Default: none."""
    schedules: dict[str, ScheduleSettings] = Field(default_factory=dict)
    """Name to who is on call when; policies and roles may name a schedule wherever they name a contact."""
    roles: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """ Name to contacts and schedules. The trade's own ladder is `community_manager`, `strategist` (social media),
    `chief_digital_officer`, with `customer_care`, `legal` and `product_owner` as people to consult; any name does. A
    role does not name another role.
    """
    incidents: IncidentSettings = IncidentSettings()
    operators: tuple[str, ...] = ()
    """Contacts, schedules and roles told when a source goes silent.

    Default: those of the first step of the first brand's policy.
    """
    ignore: tuple[IgnoreSettings, ...] = ()
    """Accounts and sites whose words do not count for any brand."""
    sources: dict[str, SerializeAsAny[SourceSettings]] = Field(default_factory=dict)
    """Name to settings; `type` says which plugin. Without any, there is an HTTP source called `http`."""
    playbooks: str | None = None
    """Folder of your own playbooks, laid out as `es/*.md`, `en/*.md`; they go before the shipped ones."""
    reports: tuple[ReportSettings, ...] = ()
    """Daily, weekly and monthly reports that are sent by themselves; all of them are on the page `/reports` anyway.

    Default: none is sent.
    """
    requests: RequestSettings = RequestSettings()
    areas: dict[str, AreaSettings] = Field(default_factory=dict)
    """Name to an area of the house, such as billing or legal, that can be asked about a request on `/requests`.

    Default: none.
    """
    assistant: AssistantSettings = AssistantSettings()
    engine: EngineSettings = EngineSettings()
    delivery: DeliverySettings = DeliverySettings()
    network: NetworkSettings = NetworkSettings()
    store: Store = Store()
    watch: SelfCheckSettings = SelfCheckSettings()
    web: Web = Web()
    access: AccessSettings = AccessSettings()
    privacy: PrivacySettings = PrivacySettings()
    logging: Logging = Logging()
    cluster: ClusterSettings = ClusterSettings()

    def thresholds_of(self, brand: str) -> Thresholds:
        """A brand's own, or everybody's."""
        own = next((each.thresholds for each in self.brands if each.name == brand), None)
        return (own or self.scoring.thresholds).value

    @property
    def zone(self) -> ZoneInfo:
        """`timezone` as an object."""
        return ZoneInfo(self.timezone)
