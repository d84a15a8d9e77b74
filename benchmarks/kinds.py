"""Shows how often praise and good news are read as a complaint, and complaints missed, by kind of post.

``python -m benchmarks.kinds [--model SEED.bin]``: 660 posts of nine kinds in Spanish and English stand in
``kinds.jsonl``, written for this table and never trained on. Whoever wrote them also wrote the lexicons, so expect more
mistakes on posts by others.
"""

import argparse
import json
from pathlib import Path

from sentinel.sentiment.seed import load_seed, unpack_seed
from sentinel.sentiment.sentiment import Label

POSTS = Path(__file__).parent / "kinds.jsonl"


def main() -> None:
    """Print a line for each kind and language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path, help="other weights than the shipped ones")
    options = parser.parse_args()
    model = unpack_seed(options.model.read_bytes()) if options.model else load_seed()
    table: dict[tuple[str, str, bool], list[bool]] = {}
    for line in POSTS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        read_as_complaint = model.sentiment_of(row["text"], row["lang"]).label is Label.NEGATIVE
        table.setdefault((row["kind"], row["lang"], row["complaint"]), []).append(
            read_as_complaint is not row["complaint"]
        )
    for (kind, language, complaint), wrong in table.items():
        print(
            f"{kind:16} {language}  {'missed' if complaint else 'read as complaint':18} {sum(wrong):3} of {len(wrong)}"
        )
    for name, of in (("complaints missed", True), ("praise and news read as complaint", False)):
        wrong = [each for key, row in table.items() if key[2] is of for each in row]
        print(f"{name}: {sum(wrong)} of {len(wrong)}")


if __name__ == "__main__":
    main()
