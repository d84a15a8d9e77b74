"""Which posts a person is asked about: the most doubted, each once, the same each time."""

from sentinel.sentiment.doubt import Post, most_doubted
from sentinel.sentiment.seed import load_seed

SURE = Post("qué vergüenza, estafadores, nunca más", "es")
WHAT, WHERE = ("el pedido", "la oficina", "un cambio"), ("en Vigo", "esta tarde")
DOUBTED = [Post(f"{what} de acme {where}", "es") for what in WHAT for where in WHERE]


def test_the_most_doubted_come_first() -> None:
    """In order of doubt; what the model is sure of comes last, and only as many come as were wanted."""
    asked = most_doubted([SURE, *DOUBTED], load_seed(), 3)
    assert len(asked) == 3
    assert [each.doubt for each in asked] == sorted((each.doubt for each in asked), reverse=True)
    assert SURE not in [each.post for each in asked]
    assert all(each.doubt == 1.0 - abs(2.0 * each.said.negative - 1.0) for each in asked)


def test_a_wording_is_asked_about_once() -> None:
    """Copies and near copies of a post teach what the post teaches."""
    copies = [
        Post(text, "es")
        for text in ("mañana hay cola en la tienda de acme", "Mañana hay cola en la tienda de acme!", "")
    ]
    assert len(most_doubted([*copies, *copies], load_seed(), 10)) == 1


def test_it_is_the_same_each_time() -> None:
    """The order in which posts were heard decides between equal ones, nothing else."""
    model = load_seed()
    assert most_doubted(DOUBTED, model, 4) == most_doubted(DOUBTED, model, 4)


def test_of_nothing_nothing() -> None:
    """No posts, no questions."""
    assert most_doubted([], load_seed(), 5) == []
