"""Texts of a search column that no search can find."""

from collections.abc import Sequence

from gateway.contract.batch import Lookup, Spelling


def misspelling(lookup: Lookup, spelling: Spelling, texts: Sequence[str]) -> str | None:
    """How many of these keys are not spelled as searches spell them, in a sentence; None for none."""
    count = sum(spelling.spell(text) != text for text in texts)
    if not count:
        return None
    reason = f"{lookup.name}: {count} of {len(texts)} texts of its key are not in {spelling.words}"
    return f"{reason}, as searches spell them; add a column or a view that has them so."
