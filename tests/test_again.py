"""What gets a second try."""

from typing import NamedTuple

from tests.again import chosen, failed_of


class Report(NamedTuple):
    nodeid: str


STORY, PAGE = "tests/stories/test_a.py::story", "tests/web/test_b.py::test_every_answer"


def test_a_part_that_failed_counts_although_its_test_went_on() -> None:
    """A test whose parts are reported one by one is among the passed as well; what it asserts is no race."""
    stats = {"failed": [Report(STORY), Report(PAGE), Report(PAGE)], "passed": [Report(PAGE)], "error": []}
    assert failed_of(stats) == [STORY, PAGE]
    assert chosen(failed_of(stats)) == []
    assert chosen([STORY]) == [STORY]


def test_a_test_that_could_not_begin_counts() -> None:
    """Its server did not start, or its file cannot be read: the first is tried again."""
    assert chosen(failed_of({"error": [Report(STORY)]})) == [STORY]
    assert chosen(failed_of({"error": [Report("tests/stories/test_a.py")]})) == []
