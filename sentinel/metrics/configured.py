"""From a configuration to the series that it calls for; at the start and after each reload."""

from sentinel.config.schema import Config
from sentinel.engine.setup import EngineSetup
from sentinel.metrics.metrics import Metrics
from sentinel.notify.channels import scheme_of
from sentinel.scoring.brand_scorer import signals

LANGUAGES = ("es", "en", "pt")


def declare(metrics: Metrics, config: Config, setup: EngineSetup, base_url: str) -> None:
    """Make every series, and let go of those that are no longer wanted."""
    channels = {scheme_of(url.get_secret_value()) for contact in config.contacts.values() for url in contact.channels}
    weights = config.scoring.weights
    metrics.calendars.declare([each.name for each in config.calendars])
    metrics.requests.consultations.declare(config.areas)
    metrics.declare(
        brands=[brand.name for brand in config.brands],
        sources=[name for name, each in config.sources.items() if each.enabled],
        signals=[name for name in signals() if weights.get(name, 1.0) > 0],
        channels=sorted(channels),
        langs=LANGUAGES,
        thresholds={each.brand.name: each.scoring.thresholds for each in setup.brands},
        contacts={key: contact.name or key for key, contact in config.contacts.items()},
        queue_limit=config.engine.max_queue,
        external_url=base_url,
    )
