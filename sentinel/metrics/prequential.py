"""Prequential accuracy: how well a model that learns all the time does, as of lately."""

FADING = 0.995
"""Weight that a graded text keeps with each one after it: the last few hundred make the figure."""


class Prequential:
    """Accuracy on texts that are graded before they are learnt from, older ones fading (Gama, Sebastião & Rodrigues
    2013).

    Examples
    --------
    >>> accuracy = Prequential(fading=0.5)
    >>> accuracy.update(True), accuracy.update(True), round(accuracy.update(False), 3)
    (1.0, 1.0, 0.429)
    """

    def __init__(self, fading: float = FADING) -> None:
        self._fading = fading
        self._hits = 0.0
        self._seen = 0.0

    def update(self, hit: bool) -> float:
        """Take one grade; gives the accuracy with it."""
        self._hits = hit + self._fading * self._hits
        self._seen = 1 + self._fading * self._seen
        return self.share

    @property
    def share(self) -> float:
        """The accuracy as it is; 0 before the first grade."""
        return self._hits / self._seen if self._seen else 0.0
