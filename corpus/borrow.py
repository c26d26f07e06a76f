"""Fetches texts that people have rated, and writes them as files to learn from.

    python corpus/borrow.py FOLDER

They come with the source of vaderSentiment (MIT licence): tweets, reviews of products and of films, opinions
of a newspaper, each sentence rated from -4 to +4 by twenty people (Hutto and Gilbert 2014). The worst are
taken for heated, what is not bad for calm, and what lies between is left out.
"""

import hashlib
import html
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

SOURCE = "vaderSentiment==3.3.2"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
INSIDE = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
NAMES = {
    "rated_tweets": "tweets",
    "rated_products": "amazonReviewSnippets",
    "rated_films": "movieReviewSnippets",
    "rated_opinions": "nytEditorialSnippets",
}
HEATED, CALM = -1.8, -0.3
"""A text rated so low is heated, one rated so high is calm."""


def main() -> None:
    """Fetch and write."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(fetched())) as source:
        inner = source.extractfile(INSIDE)
        assert inner
        with tarfile.open(fileobj=inner) as texts:
            for name, theirs in NAMES.items():
                rated = texts.extractfile(f"hutto_ICWSM_2014/{theirs}_GroundTruth.txt")
                assert rated
                lines = [*labelled(name, rated.read().decode("utf-8", "replace"))]
                (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")


def fetched() -> bytes:
    """The source as its authors published it."""
    with tempfile.TemporaryDirectory() as place:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*pip, "--dest", place, SOURCE], check=True)  # noqa: S603 - no word of it is from outside
        (found,) = Path(place).iterdir()
        data = found.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(f"{SOURCE} is not what was learned from")
    return data


def labelled(name: str, text: str) -> Iterator[str]:
    """Each row is: number, rating, text."""
    for row in filter(None, text.split("\n")):
        number, rating, words = row.rstrip("\r").split("\t", 2)
        grade = float(rating)
        if not HEATED < grade < CALM:
            line = {"id": f"{name}:{number}", "text": html.unescape(words), "label": int(grade <= HEATED)}
            yield json.dumps(line | {"grade": grade}, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
