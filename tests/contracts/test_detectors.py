"""What every detector keeps to, whoever wrote it: River's own checks, and what a stream asks for."""

import ast
import inspect
import math

import pytest
from river import checks
from river.base import AnomalyDetector, Estimator

from sentinel.registry import discover

PLUGINS = discover("sentinel.detectors", Estimator)
WITHOUT_A_DATA_SET = (
    "check_repr",
    "check_str",
    "check_tags",
    "check_doc",
    "check_init_has_default_params_for_tests",
    "check_init_default_params_are_not_mutable",
    "check_get_params_matches_signature",
    "check_clone_same_class",
    "check_clone_is_idempotent",
    "check_clone_changes_memory_addresses",
    "check_clone_with_new_params_applies",
    "check_repr_roundtrips_clone",
    "check_mutate_can_be_idempotent",
    "check_pickling_supports_roundtrip",
)
IMPURE = {
    "asyncio",
    "aiohttp",
    "sqlalchemy",
    "logging",
    "structlog",
    "time",
    "random",
    "socket",
    "subprocess",
    "requests",
}
ROWS = [
    {
        "value": float(20 + (n * 7919) % 13 + 300 * (n % 97 == 96)),
        "count": 10 + n % 5,
        "usual": 11.0,
        "sum": (n % 7) - 3.0,
        "hours": n,
        "z": (n % 9) - 4.0,
    }
    for n in range(600)
]
"""Every feature that one of ours reads by name; a detector of others reads `value`, or what it likes of these."""


@pytest.fixture(params=sorted(PLUGINS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def scores(detector: Estimator) -> list[float]:
    found = []
    for row in ROWS:
        found.append(detector.score_one(row))
        assert detector.score_one(row) == found[-1]
        assert detector.learn_one(row) is None
    return found


@pytest.mark.parametrize("check", WITHOUT_A_DATA_SET)
def test_rivers_own_checks(name: str, check: str) -> None:
    """What `river.checks` asks of every estimator, whatever it does.

    Its other checks feed data sets of scikit-learn, which is no dependency here, and do not apply: those rows hold
    named features of a flower or a patient, while ours read one count beside its expectation, or one value, by fixed
    names; features that come, go or change places have no meaning for them.
    """
    getattr(checks.common, check)(PLUGINS[name]())


def test_it_judges_before_it_learns_and_judging_changes_nothing(name: str) -> None:
    """The same stream gives the same scores, each a number; asked twice it says the same."""
    first = scores(PLUGINS[name]())
    assert first == scores(PLUGINS[name]())
    assert all(isinstance(score, float) and math.isfinite(score) for score in first)
    if issubclass(PLUGINS[name], AnomalyDetector):
        assert min(first) >= 0 < max(first)


def test_it_goes_on_where_it_was(name: str) -> None:
    """What keeps a checkpoint gives the same scores from it as without."""
    whole, resumed = PLUGINS[name](), PLUGINS[name]()
    if not hasattr(whole, "snapshot"):
        pytest.skip("keeps no checkpoint")
    for row in ROWS[:300]:
        whole.learn_one(row)
    resumed.restore(whole.snapshot())
    for row in ROWS[300:]:
        assert whole.score_one(row) == resumed.score_one(row)
        whole.learn_one(row)
        resumed.learn_one(row)


def test_it_needs_nothing_but_the_stream(name: str) -> None:
    """It says what it is, and reads no clock, no chance and no file."""
    assert (inspect.getdoc(PLUGINS[name]) or "").partition("\n")[0]
    tree = ast.parse(inspect.getsource(inspect.getmodule(PLUGINS[name]) or PLUGINS[name]))
    imported = {
        each.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & IMPURE
