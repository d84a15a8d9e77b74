"""The documents in Spanish: what they tell people to write is right."""

import re
from pathlib import Path

import pytest

from sentinel.config.loader import load
from tests.notify.chat_servers import SLACK_TOKEN, TELEGRAM_TOKEN
from tests.notify.pushover_server import TOKEN, USER

ROOT = Path(__file__).parents[2]
BRANDS = "brands: [{name: Acme}]\n"
PEOPLE = "contacts: {ana: {channels: ['log://']}, luis: {channels: ['log://']}, jefa: {channels: ['log://']}}\n"
AREAS = "contacts: {luis: {channels: ['log://']}, marta: {channels: ['log://']}, legal: {channels: ['log://']}}\n"
PAPER = "sources: {prensa: {type: feeds, urls: ['https://example.com/rss']}}\n"
REVIEWS = (
    "sources: {resenas: {type: appstore, apps: ['1'], countries: [es]}}\ncontacts: {ana: {channels: ['log://']}}\n"
)
BESIDE = {
    "calendarios.md": ({}, {}),
    "canales.md": ({1: BRANDS, 3: BRANDS}, {}),
    "empezar.md": ({}, {"marcas/hosteleria.yaml": 1}),
    "fuentes.md": (dict.fromkeys(range(4), BRANDS), {}),
    "guardia.md": ({0: BRANDS + PEOPLE, 1: BRANDS + PAPER}, {}),
    "informes.md": ({}, {}),
    "operacion.md": ({2: BRANDS + PEOPLE}, {"brands/comercio.yaml": 1}),
    "peticiones.md": ({0: BRANDS, 1: BRANDS + AREAS, 3: BRANDS}, {}),
    "silencios.md": ({1: "brands: [{name: Acme}, {name: Zeta}]\n" + REVIEWS, 2: BRANDS}, {}),
}
"""What stands beside each block: other parts of the file, and files that the block of that number is."""
CHATS = {
    "SLACK_GUARDIA": f"slackbot://{SLACK_TOKEN}/C01ABCD2E",
    "ANA_TELEGRAM": f"telegrambot://{TELEGRAM_TOKEN}/987654321",
    "SLACK_SIGNING_SECRET": "0" * 32,
    "DISCORD_PUBLIC_KEY": "0" * 64,
    "TELEGRAM_SECRET": "0" * 48,
}
PHONE = "twilio://AC0123456789abcdef0123456789abcdef:0123456789abcdef0123456789abcdef@+34910000000/+34600000000"
SECRETS = {
    "ANA_LLAMADA": f"{PHONE}?method=call",
    "ANA_TEMA": "un-tema",
    "HEARTBEAT_URL": "https://example.com/ping",
    "NTFY_TOKEN": "tk_abc",
    "PUSHOVER_TOKEN": TOKEN,
    "PUSHOVER_USER": USER,
    **CHATS,
}
OTHERS = (
    "MAIL_PASSWORD",
    "MASTODON_TOKEN",
    "META_SECRET",
    "META_VERIFY",
    "PLAY_SECRET",
    "PLAY_TOKEN",
    "PROXY_PASSWORD",
)
OTHERS += ("REDDIT_ID", "REDDIT_SECRET", "TELEGRAM_TOKEN", "X_TOKEN", "YOUTUBE_KEY")
ENVIRONMENT = {**dict.fromkeys(OTHERS, "algo"), "PARTNER_SECRET": "whsec_" + "c2VjcmV0bw==" * 3, **SECRETS}


def blocks(name: str) -> list[str]:
    text = (ROOT / "docs" / "es" / name).read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("name", BESIDE)
def test_what_the_documents_show_is_a_configuration(tmp_path: Path, name: str) -> None:
    """Each block, with what it leaves out, loads."""
    found, (beside, files) = blocks(name), BESIDE[name]
    for file, number in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(found[number], encoding="utf-8")
    for number, block in enumerate(found):
        if number not in files.values():
            path = tmp_path / "s.yaml"
            path.write_text(beside.get(number, "") + block, encoding="utf-8")
            assert load(path, ENVIRONMENT).brands


def test_every_document_leads_to_the_other_language() -> None:
    """The first lines of both READMEs name each other."""
    for name, other in (("README.md", "README.es.md"), ("README.es.md", "README.md")):
        assert f"({other})" in (ROOT / name).read_text(encoding="utf-8")[:80]
