"""The reply check, as the faces show it."""

from typing import Any

from triage.judging.reviews import Review

Facts = dict[str, Any]
"""A record for a face: JSON types, times and tuples."""


def review_facts(review: Review) -> Facts:
    """Faults with what to write instead, and promises with their due times in ISO 8601."""
    return {
        "read": review.read,
        "serious": bool(review.serious),
        "owned": review.owned,
        "faults": [
            {
                "kind": fault.kind,
                "name": fault.name,
                "text": fault.words,
                "why": fault.why,
                "instead": fault.instead,
                "serious": fault in review.serious,
            }
            for fault in review.faults
        ],
        "promises": [
            {
                "text": promise.text,
                "due": promise.due.isoformat() if promise.due else None,
                "impossible": promise in review.impossible,
            }
            for promise in review.promises
        ],
    }
