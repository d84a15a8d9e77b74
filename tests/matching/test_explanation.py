"""What the matcher does is explained, term by term, and the explanation agrees with it."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sentinel.matching.brand import Brand
from sentinel.matching.explanation import MatchExplainer, MatchReason
from sentinel.matching.matcher import Matcher
from sentinel.matching.term import Term
from tests.builders import a_mention

BRANDS = (
    Brand(name="Acme", any=("acme", "@acme_es", "#*acme*"), none=("acme records",)),
    Brand(name="Día", any=(Term(word="Día", case=True, near_to=("tienda",), near=3), "supermercados dia")),
    Brand(name="Limited", any=("acme",), languages=("es",), sources=("bluesky",)),
)
WORDS = (
    "acme",
    "acmeville",
    "records",
    "@acme_es",
    "#noacmeno",
    "día",
    "Día",
    "tienda",
    "supermercados",
    "#BoicotAcme",
)


def reasons(text: str, **members: str) -> list[tuple[str, str, str]]:
    mention = msgspec.structs.replace(a_mention(text), **members)
    return [(BRANDS[each.brand].name, each.term, each.reason.value) for each in MatchExplainer(BRANDS).explain(mention)]


def test_each_reason_is_told() -> None:
    """Taken, ruled out, inside a word, a condition, a language, a source."""
    assert reasons("acmeville")[-1] == ("Limited", "acme", "inside_a_word")
    assert ("Acme", "acme records", "ruled_out") in reasons("Acme Records")
    assert reasons("buen día") == [("Día", "Día", "condition")]
    assert reasons("la tienda Día") == [("Día", "Día", "taken")]
    assert ("Limited", "acme", "source") in reasons("acme", source="news")
    assert ("Limited", "acme", "language") in reasons("acme", source="bluesky", lang="en")
    assert ("Limited", "acme", "taken") in reasons("acme", source="bluesky", lang="es-ES")
    assert reasons("nada") == []


@given(
    st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join),
    st.sampled_from(["bluesky", "news"]),
    st.sampled_from([None, "es", "en", "und"]),
)
def test_it_agrees_with_the_matcher(text: str, source: str, lang: str | None) -> None:
    """A brand takes a mention exactly where a term is said to be taken."""
    mention = msgspec.structs.replace(a_mention(text), source=source, lang=lang)
    explained = {each.brand for each in MatchExplainer(BRANDS).explain(mention) if each.reason is MatchReason.TAKEN}
    assert tuple(sorted(explained)) == Matcher(BRANDS).match(mention)
