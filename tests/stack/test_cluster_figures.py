"""Dashboard and rules of a cluster: a real Prometheus reads a process with NATS, and finds all that they ask for."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from dashboards import expressions
from sentinel.metrics.carrier import CarrierFigures, CarrierStanding
from sentinel.metrics.duties import DutyFigures
from sentinel.metrics.partitions import PartitionFigures
from tests.forks.patience import eventually
from tests.stack.servers import SHIPPED, Prometheus, running
from tests.stories.daemon import a_free_port


@dataclass
class Heard:
    """A carrier whose servers said this."""

    reachable: bool = True
    reconnects: int = 2
    standing: CarrierStanding = field(
        default_factory=lambda: CarrierStanding(held=600, most=1000, pending={1: 4, 2: 0})
    )


def figures(carrier: Heard) -> tuple[CollectorRegistry, CarrierFigures]:
    registry = CollectorRegistry()
    partitions = PartitionFigures(registry, 2)
    partitions.follow(lambda part: part)
    partitions.owned({1: 7})
    DutyFigures(registry).follow(["digests"], lambda _: True)
    return registry, CarrierFigures(registry, carrier)


def test_what_a_carrier_shows() -> None:
    """As its servers said it last; what is lost and found again counts up."""
    carrier = Heard()
    registry, shown = figures(carrier)
    shown.published(0.02)
    value = registry.get_sample_value
    assert value("sentinel_nats_connected") == 1
    assert value("sentinel_nats_reconnects_total") == 2
    assert value("sentinel_nats_stream_bytes") == 600
    assert value("sentinel_nats_stream_limit_bytes") == 1000
    assert value("sentinel_nats_pending_messages", {"partition": "1"}) == 4
    assert value("sentinel_nats_publish_seconds_bucket", {"le": "0.025"}) == 1
    carrier.reachable = False
    assert value("sentinel_nats_connected") == 0
    assert CarrierStanding().fullness == 0


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """It reads a process that owns one of two partitions, every second."""
    folder = tmp_path_factory.mktemp("cluster")
    registry, shown = figures(Heard())

    class Figures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.published(0.02)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(generate_latest(registry))

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Figures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port, config = a_free_port(), yaml.safe_load((SHIPPED / "prometheus.yml").read_text(encoding="utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    del config["scrape_configs"][0]["authorization"], config["alerting"]
    config["rule_files"] = [str(SHIPPED / "rules" / "cluster.yml")]
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{server.server_port}"]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    words = (f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}")
    try:
        with running(folder, "prometheus", port, *words, f"--web.listen-address=127.0.0.1:{port}"):
            yield Prometheus(port)
    finally:
        server.shutdown()
        server.server_close()


def test_every_panel_has_data(prometheus: Prometheus) -> None:
    """Each expression, as Grafana would ask it."""
    asked = list(expressions.of_dashboards(cluster=True))
    assert asked
    for where, expression in asked:
        eventually(lambda e=expression: prometheus.now(e), f"{where} has data")


def test_everything_that_a_rule_reads_is_there(prometheus: Prometheus) -> None:
    """An alert is silent because all is well, never because what it asks for does not exist."""
    for where, expression in expressions.of_rules(cluster=True):
        for selector in expressions.selectors(expression):
            eventually(lambda s=selector: prometheus.now(s), f"{where} finds {selector}")
