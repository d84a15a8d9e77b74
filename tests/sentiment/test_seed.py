"""The seed: whole, checked, small, and good enough out of the box."""

import struct
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest

from sentinel.sentiment.features import SLOTS
from sentinel.sentiment.language import READ
from sentinel.sentiment.seed import FILE_NAME, SeedError, load_seed, pack_seed, unpack_seed
from sentinel.sentiment.sentiment import Label

SHIPPED = (files("sentinel.sentiment.seed") / FILE_NAME).read_bytes()


def resealed(body: bytes) -> bytes:
    """A body with a checksum that fits it."""
    return body + sha256(body).digest()


def test_packing_round_trip() -> None:
    """What is packed comes out again, rounded to half precision; the same weights give the same bytes."""
    weights = np.zeros((SLOTS, 3), dtype=np.float32)
    weights[[3, 77, SLOTS - 1]] = [[0.5, -0.25, 0.0], [1.0, 2.0, 3.0], [0.0, 0.0, -1.0]]
    packed = pack_seed(weights, 1.25, {"es": 1.1, "fr": 0.9})
    model = unpack_seed(packed)
    assert np.array_equal(model.weights, weights)
    assert model.temperature == 1.25
    assert model.temperatures == {language: {"es": 1.1, "fr": 0.9}.get(language, 1.25) for language in READ}
    assert pack_seed(model.weights, model.temperature, model.temperatures) == packed


def test_shipped_seed_is_small() -> None:
    """It stays within two megabytes."""
    assert len(SHIPPED) < 2_000_000


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"", "no seed"),
        (b"PK\x03\x04" + bytes(100_000), "no seed"),
        (SHIPPED[:-1], "checksum"),
        (SHIPPED[:50_000] + b"\x00" + SHIPPED[50_001:], "checksum"),
        (resealed(SHIPPED[:4] + struct.pack("<H", 99) + SHIPPED[6:-32]), "format 99"),
        (resealed(SHIPPED[:8] + b"\x00\x00\x00\x00" + SHIPPED[12:-32]), "other features"),
    ],
    ids=["empty", "another file", "cut short", "altered", "later format", "other features"],
)
def test_bad_seed_is_refused(packed: bytes, reason: str) -> None:
    """A file that is no seed, damaged, or for other features is refused with what to do."""
    with pytest.raises(SeedError, match=reason):
        unpack_seed(packed)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("@acme tercer día sin servicio y nadie responde, qué vergüenza", Label.NEGATIVE),
        ("Me han cobrado dos veces y no me devuelven el dinero, ladrones", Label.NEGATIVE),
        ("Qué asco, había un bicho en la ensalada 🤢", Label.NEGATIVE),
        ("Gracias @acme por la ayuda, sois geniales 😍", Label.POSITIVE),
        ("¿A qué hora abre la tienda el sábado?", Label.NEUTRAL),
        ("@acme third day without service and nobody answers, disgraceful", Label.NEGATIVE),
        ("you charged me twice and refuse to refund, total scam", Label.NEGATIVE),
        ("Thanks @acme, your team is amazing!", Label.POSITIVE),
        ("What time does the store open on Saturday?", Label.NEUTRAL),
        ("não funciona nada, que merda de atendimento", Label.NEGATIVE),
        ("amei o atendimento, parabéns!", Label.POSITIVE),
        ("ni una respuesta en dos semanas", Label.NEGATIVE),
        ("ni una queja en dos años", Label.POSITIVE),
        ("no hay mejor hotel en la ciudad", Label.POSITIVE),
        ("me muero con el anuncio, qué bonito 💀", Label.POSITIVE),
        ("Gracias por dejarme tirado tres horas 👏", Label.NEGATIVE),
        ("not one reply in two weeks", Label.NEGATIVE),
        ("not a single complaint in two years", Label.POSITIVE),
        ("i'm dead, this ad is perfect 💀", Label.POSITIVE),
        ("merda de servizo, levo tres días sen luz e ninguén responde", Label.NEGATIVE),
        ("quina vergonya, tres hores esperant i ningú respon", Label.NEGATIVE),
        ("vergogna, due settimane senza linea e nessuno risponde", Label.NEGATIVE),
        ("Unverschämtheit, seit drei Tagen kein Strom und niemand antwortet", Label.NEGATIVE),
    ],
)
def test_plain_cases(text: str, label: Label) -> None:
    """What nobody would doubt, the seed does not either."""
    assert load_seed().sentiment_of(text).label is label


def test_models_do_not_share_what_they_learn() -> None:
    """Two models from one seed learn apart."""
    one, two = load_seed(), load_seed()
    one.learn_one("hola", "negative")
    assert two.learnt == 0
    assert two.snapshot()["slots"] == b""
