"""Topics of a recording, to be judged by reading: top five of every day, or of the hours around a crisis.

    python -m benchmarks.topics PATH [--own WORD,WORD] [--from TIME --to TIME] [--by KEY] [--sentences]

``--by brand_truth`` tells the brands of a labelled stream apart by a key of its lines; each one's name is its own word.
Prints names and counts, and no texts unless ``--sentences`` asks for the two sentences of what happened.
"""

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sentinel.matching.folding import fold
from sentinel.mention import Mention, decode_stored
from sentinel.sentiment.seed import load_seed
from sentinel.signals.traits import traits_of
from sentinel.topics.brand_talk import brand_talk
from sentinel.topics.said_post import SaidPost


def read(path: Path) -> Iterator[tuple[Mention, dict[str, object]]]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            plain = json.loads(line)
            yield decode_stored(line), plain


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--own", default="realbrand")
    parser.add_argument("--from", dest="since", type=datetime.fromisoformat)
    parser.add_argument("--to", dest="until", type=datetime.fromisoformat)
    parser.add_argument("--by")
    parser.add_argument("--sentences", action="store_true")
    asked = parser.parse_args()
    model = load_seed()
    groups: dict[str, list[SaidPost]] = {}
    for number, (mention, plain) in enumerate(read(asked.path), 1):
        lang, said = model.classify(mention.whole_text, mention.lang)
        grave = traits_of(mention, lang).grave is not None
        post = SaidPost(
            mention=mention, at=mention.published_at, lang=lang, label=said.label, number=number, grave=grave
        )
        groups.setdefault(str(plain.get(asked.by, "")) if asked.by else "", []).append(post)
    for group, posts in sorted(groups.items()):
        own = {fold(each) for each in (*asked.own.split(","), *group.split()) if each}
        since = asked.since or posts[0].at
        until = asked.until or posts[-1].at + timedelta(seconds=1)
        now = [each for each in posts if since <= each.at < until]
        before = [each for each in posts if since - (until - since) <= each.at < since]
        began = time.process_time()
        talk = brand_talk(now, own=own, before=before)
        took = time.process_time() - began
        print(f"{group or asked.path.name}: {len(now)} posts, {talk.people} people, {took * 1000:.0f} ms")
        for title, topics in (("talk", talk.topics), ("complaints", talk.complained), ("praise", talk.praised)):
            print(f"  {title}")
            for each in topics:
                marks = f"{each.people} people, {each.negative} negative, {each.positive} positive"
                print(f"    {each.name}  ({marks}{', new' if each.new else ''})")
        if asked.sentences:
            for sentence in talk.sentences:
                print(f"  > {sentence.text}")


if __name__ == "__main__":
    main()
