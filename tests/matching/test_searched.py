"""What is searched of a text: its hashtags are read, however long, and what is remembered of them stays small."""

from sentinel.matching.searched import GAP, _parted, searched_text


def test_a_tag_as_long_as_a_text_is_read_and_not_remembered() -> None:
    """A hundred thousand characters after one sign; thousands of such posts would fill the memory."""
    known = _parted.cache_info().currsize
    tag = "BoicotAZara" * 9_000
    assert searched_text(f"#{tag}").split(GAP)[1].startswith("Boicot A Zara Boicot")
    assert _parted.cache_info().currsize == known
    assert searched_text("#BoicotALumbre").split(GAP)[1:] == ["Boicot A Lumbre"]
    assert _parted.cache_info().currsize > known
