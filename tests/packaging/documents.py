"""The documents as their readers find them: headings, links, commands, and which language has what."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
TWINS = {
    "README.md": "README.es.md",
    "docs/calendars.md": "docs/es/calendarios.md",
    "docs/channels.md": "docs/es/canales.md",
    "docs/oncall.md": "docs/es/guardia.md",
    "docs/operations.md": "docs/es/operacion.md",
    "docs/privacy.md": "docs/es/privacidad.md",
    "docs/quiet.md": "docs/es/silencios.md",
    "docs/reports.md": "docs/es/informes.md",
    "docs/requests.md": "docs/es/peticiones.md",
    "docs/sources.md": "docs/es/fuentes.md",
    "docs/topics.md": "docs/es/temas.md",
    "docs/assistant.md": "docs/es/asistente.md",
    "docs/cluster-nats.md": "docs/es/cluster-nats.md",
    "docs/cluster.md": "docs/es/cluster.md",
}
"""What a community manager or an administrator reads in her working day."""
SPANISH_ONLY = {"docs/es/empezar.md": "the first hour, which in English stands in README.md"}
ENGLISH_ONLY = {
    "docs/architecture.md": "for whoever changes the code, which is in English",
    "docs/dashboards.md": "for whoever runs Grafana; the dashboards speak English",
    "docs/detection.md": "how scores are made; what they mean is in guardia.md",
    "docs/extending.md": "for whoever writes a plugin",
    "docs/glossary.md": "the words of the code",
    "docs/incidents.md": "the states beneath; what to do is in guardia.md",
    "docs/matching.md": "every key of a match; the first ones are in empezar.md",
    "docs/pages.md": "the pages are in Spanish and explain themselves",
    "docs/playbooks.md": "for whoever writes playbooks in YAML and Jinja; the playbooks themselves are in Spanish",
    "docs/postgres.md": "for whoever runs a database server; moving to it is in operacion.md",
    "docs/performance.md": "figures of benchmarks; which machine is enough is in operacion.md",
    "docs/quality.md": "figures of benchmarks",
    "docs/security.md": "for whoever reviews the installation; roles are in operacion.md",
}
_FENCE = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)|<img src=\"([^\"]+)\"")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Document:
    """One Markdown file of the project."""

    path: Path

    @property
    def name(self) -> str:
        """Its place in the project."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """Without its blocks of code."""
        return _FENCE.sub("", self.text)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What a link may lead to."""
        return frozenset(slug(each) for each in re.findall(r"^#{1,6} (.+)$", self.prose, re.MULTILINE))

    def links(self) -> list[str]:
        """Where its relative links lead, images too."""
        return [link or image for link, image in _LINK.findall(self.prose)]

    def blocks(self, *languages: str) -> list[str]:
        """Its blocks of code in these languages."""
        return [block for language, block in _FENCE.findall(self.text) if language in languages]

    def code(self) -> list[str]:
        """What stands between backticks in its sentences."""
        return [" ".join(each.split()) for each in _CODE.findall(self.prose)]


def slug(heading: str) -> str:
    """The anchor of a heading, as the site and the usual hosts make it.

    Examples
    --------
    >>> slug("Se envían solos"), slug("One store, one daemon"), slug("Any program: `webhook`")
    ('se-envían-solos', 'one-store-one-daemon', 'any-program-webhook')
    """
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def documents() -> list[Document]:
    """Every document that ships for readers, in both languages."""
    found = [*ROOT.glob("README*.md"), ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    return [Document(path) for path in sorted(found)]
