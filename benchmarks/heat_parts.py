"""What each group of signals brings, and the worst mistakes: `python -m benchmarks.heat_parts`.

Both on our own tests (the files test-* of corpus/), with signals turned off as a team's rules can do it. Of
every group, what is lost without it; the threshold stays where it is.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.heat_measures import auc, recall_at, share_from
from benchmarks.heat_texts import Text, read
from triage.reading.heat import WORDING, Tuning, assess
from triage.reading.signals import SIGNALS

CORPUS = Path(__file__).parent.parent / "corpus"
HEATED_AT = 0.5
GROUPS = {
    "threats": ("threat_to_leave", "threat_of_law", "threat_to_report_or_post", "ultimatum", "refusal"),
    "tempers": ("contempt", "insult", "profanity", "accusation", "sarcasm", "anger", "unacceptable"),
    "told and told again": (
        "repeated_asking",
        "no_answer",
        "broken_promise",
        "loss_named",
        "demand_for_manager",
    ),
    "tone": ("polarity", "capitals", "punctuation"),
    "calm evidence": ("thanks", "courtesy", "customer_apology", "no_rush", "routine"),
    "all phrases and tone": tuple(SIGNALS),
    "wording": (WORDING,),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--mistakes", type=int, default=0, help="print so many of the worst of each side, too"
    )
    options = parser.parse_args()
    texts = [text for each in read(CORPUS, "test-*.jsonl").values() for text in each]
    messages = [text for each in read(CORPUS / "messages", "test-*.jsonl").values() for text in each]
    for title, chosen in (("messages", messages), ("messages and sentences", texts)):
        print(f"{title + ', without':38}{'AUC':>8}{'R@1%':>8}{'heated':>8}{'tense':>8}{'calm':>8}")
        for group, signals in {"-": (), **GROUPS}.items():
            print(f"{group:38}{''.join(f'{each:>8.3f}' for each in figures(chosen, signals))}", flush=True)
        print()
    if options.mistakes:
        mistakes(texts, options.mistakes)


def figures(texts: Sequence[Text], without: Sequence[str]) -> tuple[float, ...]:
    """AUC, recall at 1 % of the calm ones, and what is flagged of the heated, tense and calm."""
    tuning = Tuning(factors=dict.fromkeys(without, 0.0))
    scores: dict[str, list[float]] = {"heated": [], "tense": [], "calm": [], "unsure": []}
    for text in texts:
        score = assess(text.text, subject=text.subject, tuning=tuning).score
        scores["calm" if text.level == "grateful" else text.level].append(score)
    hot, calm = scores["heated"], scores["calm"]
    return (
        auc(hot, calm),
        recall_at(hot, calm, 0.01),
        *(share_from(scores[level], HEATED_AT) for level in ("heated", "tense", "calm")),
    )


def mistakes(texts: Sequence[Text], number: int) -> None:
    """The heated texts with the lowest score, and the calm ones with the highest, and what spoke for it."""
    judged = [(assess(text.text, subject=text.subject), text) for text in texts]
    judged.sort(key=lambda each: each[0].score)
    missed = [each for each in judged if each[1].level == "heated"][:number]
    flagged = [each for each in reversed(judged) if each[1].level in ("calm", "grateful")][:number]
    for title, chosen in (("heated, and scored low", missed), ("calm, and scored high", flagged)):
        print(f"{title}\n")
        for heat, text in chosen:
            named = ", ".join(f"{f.signal} {f.words!r} {f.weight:+.1f}" for f in heat.findings[:3])
            print(f"{heat.score:.2f} {text.level}  {' '.join(text.whole.split())[:400]}\n     {named}")
        print()


if __name__ == "__main__":
    main()
