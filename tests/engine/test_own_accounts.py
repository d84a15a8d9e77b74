"""The brand's own accounts in the fold: nobody's voice, known by their answers, noted as the first reply."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec

from sentinel.engine.engine import Engine
from sentinel.incidents.timeline import What
from sentinel.matching.account import IgnoredAccount
from tests.builders import a_mention
from tests.daemon.setups import a_setup, an_engine
from tests.engine.test_engine import STORM, fold_all
from tests.fakes import START


def an_engine_with_own(folder: Path, **brand: object) -> Engine:
    setup = a_setup(folder)
    first = replace(setup.brands[0], brand=replace(setup.brands[0].brand, own=("@acme_es",), **brand))
    engine = an_engine(folder)
    engine.reconfigure(replace(setup, brands=(first, *setup.brands[1:])), START - timedelta(days=2))
    return engine


def test_what_the_brand_says_is_nobody_s_voice(tmp_path: Path) -> None:
    """Neither its posts nor those of an ignored account are observed; what others say is."""
    pest = IgnoredAccount(who="@pest", because="spam")
    engine = an_engine_with_own(tmp_path, ignore=(pest,))
    assert engine.reader.wants(a_mention("Buenos días", author="acme_es"))
    assert engine.observe(a_mention("acme informa", author="acme_es"), START) == []
    assert engine.observe(a_mention("acme fatal", author="pest"), START) == []
    assert len(engine.observe(a_mention("acme fatal", author="ana"), START)) == 1


def test_answers_to_the_brand_s_posts_are_mentions(tmp_path: Path) -> None:
    """Also on a network whose ids name no author, and after a restart."""
    engine = an_engine_with_own(tmp_path)
    answer = msgspec.structs.replace(a_mention("vaya vergüenza"), parent_id="4711")
    assert not engine.reader.wants(answer)
    engine.observe(a_mention("Hoy cerramos a las ocho", author="acme_es", id="4711"), START)
    other = an_engine_with_own(tmp_path)
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(engine.snapshot())))
    for each in (engine, other):
        assert each.reader.wants(answer)
        (observation,) = each.observe(answer, START)
        assert observation.brand == "Acme"


def test_a_reload_right_after_a_brand_s_first_words_keeps_them(tmp_path: Path) -> None:
    """Nobody has spoken of it yet, and it was looked at no more: answers to its post are still about it."""
    engine = an_engine_with_own(tmp_path)
    engine.observe(a_mention("Hoy cerramos a las ocho", author="acme_es", id="4711"), START)
    engine.reconfigure(engine.setup, START)
    assert engine.reader.wants(msgspec.structs.replace(a_mention("vaya vergüenza"), parent_id="4711"))


def test_the_first_public_reply_is_noted_by_itself(tmp_path: Path) -> None:
    """Once, in the name of the account, with its link; what was posted before the incident is no reply to it."""
    engine = an_engine_with_own(tmp_path)
    engine.observe(a_mention("Buenos días", author="acme_es", at=timedelta(days=-1)), STORM[0].published_at)
    fold_all(engine, STORM)
    state = engine.brands[0]
    assert state.incident is not None
    assert state.incident.reply is None
    at = STORM[-1].published_at + timedelta(minutes=1)
    for number in range(2):
        said = a_mention("Lo estamos mirando", author="acme_es", at=at, url=f"https://x.com/acme_es/status/{number}")
        engine.observe(said, at + timedelta(seconds=number))
    changes = engine.assess(at + timedelta(seconds=5))
    lines = [line for change in changes for line in change.timeline if line.what is What.REPLIED]
    assert [(line.by, line.detail) for line in lines] == [("@acme_es", "https://x.com/acme_es/status/0")]
    assert engine.assess(at + timedelta(minutes=30)) == [] or state.incident.reply is not None
