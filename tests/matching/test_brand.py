"""A brand is its name and its terms."""

from sentinel.matching.brand import Brand


def test_the_name_stands_in_for_missing_terms() -> None:
    """Whoever names no term is listened for by name."""
    assert Brand(name="Acme").any == ("Acme",)
    assert Brand(name="Acme", any=("@acme",)).any == ("@acme",)
    assert Brand(name="Acme").none == ()
