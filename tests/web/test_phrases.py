"""Every string that people see exists in both languages, is used, and asks for the same facts."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from sentinel.config.access import Role
from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.incident import State, Verdict
from sentinel.incidents.links import LinkFlaw
from sentinel.incidents.timeline import What, Why
from sentinel.phrases.phrases import catalogue
from sentinel.store.audit import AuditOutcome, KnownBy
from sentinel.web.pages import account, devices, people
from sentinel.web.pages.card import CardStatus
from sentinel.web.pages.login_oidc import SignInTrouble

PLACE = re.compile(r"\{(\w+)\}")
BY_NAME = {
    "level": (CardStatus.UNKNOWN, CardStatus.WAITING),
    "state": State,
    "action": Action,
    "refusal": Refusal,
    "source": ("fresh", "waiting", "stale", "troubled"),
}
"""Keys that are put together from a sort and a name."""


def own(language: str, file: str = "web") -> dict[str, str]:
    return {
        key.removeprefix(f"{file}."): text for key, text in catalogue(language).items() if key.startswith(f"{file}.")
    }


def test_both_languages_have_the_same_sentences_with_the_same_facts() -> None:
    """What one lacks is named."""
    es, en = catalogue("es"), catalogue("en")
    assert sorted(es.keys() ^ en.keys()) == []
    assert {key: set(PLACE.findall(es[key])) for key in es} == {key: set(PLACE.findall(en[key])) for key in en}


def test_whatever_a_page_or_the_program_says_by_its_whole_name_exists() -> None:
    """In every catalogue."""
    folder = Path(str(files("sentinel")))
    sources = [path.read_text(encoding="utf-8") for path in (*folder.rglob("*.html"), *folder.rglob("*.py"))]
    said = {key for text in sources for key in re.findall(r"\bsaid\(\s*[\"'](\w+\.\w+)[\"'](?!\s*~)", text)}
    assert said
    assert sorted(said - catalogue("en").keys()) == []


def test_what_the_pages_say_exists_and_what_exists_is_said() -> None:
    """No missing sentence, no dead one."""
    folder = Path(str(files("sentinel.web")))
    sources = [path.read_text(encoding="utf-8") for path in (*folder.rglob("*.html"), *folder.rglob("*.py"))]
    used = {key for text in sources for key in re.findall(r"\bt\(\s*[\"'](\w+)[\"'](?!\s*~)", text)}
    used |= {key for text in sources for key in re.findall(r"\"((?:notice|nav)_\w+)\"", text)}
    used |= {f"{sort}_{name}" for sort, names in BY_NAME.items() for name in names}
    assert sorted(used - own("en").keys()) == []
    assert sorted(own("en").keys() - used) == []


def test_the_phone_page_says_all_its_sentences_and_no_others() -> None:
    """No missing sentence, no dead one, wherever in the program it is said."""
    folder = Path(str(files("sentinel")))
    pages = [path.read_text(encoding="utf-8") for path in (folder / "web" / "templates").glob("phone*.html")]
    code = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    used = {key for text in pages for key in re.findall(r"\bp\('(\w+)'", text)}
    used |= {key for text in code for key in re.findall(r"\"phone\.(\w+)\"", text) if key not in ("html", "css")}
    used |= {f"done_{action}" for action in Action} | {
        f"link_{flaw}{rest}" for flaw in LinkFlaw for rest in ("", "_how")
    }
    used |= {"snooze_30", "snooze_120", "ended_by", "ended_false", "ended_quiet", "length", "length_of", "length_over"}
    assert used == own("en", "phone").keys()


def test_signing_in_and_the_audit_log_say_all_their_sentences_and_no_others() -> None:
    """No missing sentence, no dead one; each word that a route notes has one."""
    folder = Path(str(files("sentinel.web")))
    sources = [path.read_text(encoding="utf-8") for path in (*folder.rglob("*.html"), *folder.rglob("*.py"))]
    used = {
        key for text in sources for key in re.findall(r"\b(?:said\(|say\(language, )\s*[\"']access\.(\w+)[\"']", text)
    }
    noted = re.compile(r"(?:note\([^)]*what|\bdid)=\"(\w+)\"")
    used |= {f"what_{word}" for text in sources for word in noted.findall(text)} | {f"what_{each}" for each in Action}
    used |= {f"known_by_{each}" for each in KnownBy} | {f"outcome_{each}" for each in AuditOutcome}
    used |= {f"oidc_{each}" for each in SignInTrouble} | {f"role_{each}" for each in Role}
    used |= {f"said_{each}" for each in (*account.SAID, *people.SAID)}
    used |= {f"what_device_{each}" for each in devices.DOINGS}
    used |= {"what_recovery_link", "what_device_link"}  # the command line's
    assert used == own("en", "access").keys()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_timeline_has_a_sentence_for_all_that_can_happen(language: str) -> None:
    """And a reason for every reason."""
    said = {f"what_{what}" for what in What if what is not What.VERDICT} | {
        f"what_verdict_{verdict}" for verdict in Verdict
    }
    assert said | {f"why_{why}" for why in Why} | {"what_not_sent_step"} == own(language, "timeline").keys()


def test_devices_and_chats_say_all_their_sentences_and_no_others() -> None:
    """What a page, its script, its worker or an answer to a chat may say."""
    folder = Path(str(files("sentinel.web")))
    sources = [path.read_text(encoding="utf-8") for path in (*folder.rglob("*.html"), *folder.rglob("*.py"))]
    script = (folder / "static" / "devices.js").read_text(encoding="utf-8")
    asked = re.compile(r"\b(?:said\(|say\(language, )\s*[\"']devices\.(\w+)[\"'](?!\s*~)")
    used = {key for text in sources for key in asked.findall(text)} | {f"said_{each}" for each in devices.SAID}
    states = set(re.findall(r"(?:say\(|[?:] )\"(\w+)\"", script)) & {
        *("on", "ready", "denied", "insecure", "install", "unsupported", "failed")
    }
    used |= {"said_flawed", "state_script", *(f"state_{each}" for each in states)}
    assert used == own("en", "devices").keys()
    assert own("en", "chats").keys() == {"taken", "unknown", *(f"flaw_{each}" for each in LinkFlaw)}
