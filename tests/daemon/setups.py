"""Engines for tests, built as the daemon builds them."""

from pathlib import Path

from sentinel.assembly.build import build_engine, engine_setup
from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.engine.setup import EngineSetup

CONFIG = """language: es
timezone: Europe/Madrid
brands:
  - {name: Acme, match: {any: ["acme", "@acme"]}}
  - {name: Zeta, match: {any: ["zeta"]}, sources: [buzon]}
contacts:
  ana: {channels: ["json://127.0.0.1:9/ana"]}
  boss: {channels: ["json://127.0.0.1:9/boss"]}
policies:
  default: {steps: [{notify: [ana], after: 0m}, {notify: [boss], after: 10m}], repeat: 1}
sources: {buzon: {type: http}, prensa: {type: feeds, urls: ["https://example.com/rss"]}}
"""


def a_setup(folder: Path, text: str = CONFIG) -> EngineSetup:
    path = folder / "engine.yaml"
    path.write_text(text, encoding="utf-8")
    return engine_setup(load(path, {}))


def an_engine(folder: Path, text: str = CONFIG) -> Engine:
    path = folder / "engine.yaml"
    path.write_text(text, encoding="utf-8")
    return build_engine(load(path, {}))
