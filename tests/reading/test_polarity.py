"""TextBlob is used for its lexicon alone; what it would bring along is left out."""

import subprocess
import sys

CODE = """
import sys
from triage.reading.polarity import polarity
from triage.reading.sentences import split

[sentence] = split("This is not good.")
print(polarity(sentence.words).value, "nltk" in sys.modules)

from textblob import TextBlob

print(TextBlob("This is good.").sentiment.polarity)
"""


def test_textblob_comes_without_nltk_and_is_still_whole_for_others() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["-0.35", "False", "0.7"]
