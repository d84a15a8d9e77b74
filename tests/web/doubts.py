"""What a stand asks people about: posts put there by hand, in the order in which the model doubts them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sentinel.sentiment.doubt import Doubt, Post, most_doubted
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.seed import load_seed


@dataclass(slots=True)
class StandDoubts:
    """Posts of Acme; of another brand nothing was heard."""

    posts: list[Post] = field(default_factory=list)
    model: SentimentModel = field(default_factory=load_seed)

    async def of(self, brand: str) -> Sequence[Doubt]:
        return most_doubted(self.posts, self.model, 200) if brand == "Acme" else ()

    def answered(self, brand: str, text: str) -> None:
        self.posts = [each for each in self.posts if each.text != text]
