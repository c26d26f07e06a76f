"""Learns the words of triage/reading/data/wording.json from the corpus: same data, same file.

    python corpus/train.py [--borrowed DIR ...]

Three heads are fitted (is it heated, displeased, grateful), each over words and rows of words. What their
answers are worth as probabilities is seen on texts that they have not read: each file of the corpus is judged
by what the others teach. Files named test-* are never read. `corpus/borrow.py` fetches texts to borrow.

Needs the dependency group `train`: pip install --group train
"""

import argparse
import json
import warnings
from pathlib import Path

from learning import HERE, School, corpus, model_of, others, scales_of

from triage.reading.wording import Model

TARGET = HERE.parent / "triage/reading/data/wording.json"


def main() -> None:
    """Train, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--borrowed", type=Path, nargs="+", default=[], help="folders of labelled texts")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")
    school = School([*corpus(), *others(*options.borrowed)])
    folds = {file: model_of(heads) for file, heads in school.by_the_others().items()}
    save(model_of(school.learn(), scales_of(school.examples, folds)))


def save(model: Model) -> None:
    """Write the parameters, a gram a line."""
    head = {"heat": model.heat, "calm": model.calm, "intercepts": model.intercepts}
    grams = ",\n".join(
        f"{json.dumps(' '.join(gram), ensure_ascii=False)}:{json.dumps(vector, separators=(',', ':'))}"
        for gram, vector in model.grams.items()
    )
    TARGET.write_text(f'{json.dumps(head)[:-1]}, "grams": {{\n{grams}\n}}}}\n', "utf-8")


if __name__ == "__main__":
    main()
