"""What may be asked beyond what was asked for: a share of a source's own traffic, for retries and hedges."""

MAX_SAVED = 10.0  # questions that a quiet time can save up


class RetryBudget:
    """Made for one source: each question adds its share, each one more takes one whole.

    It begins with enough for one, or with less where the share is very small: with none of it, for none.
    """

    __slots__ = ("left", "share")

    def __init__(self, share: float, left: float | None = None) -> None:
        self.share = share
        self.left = min(1.0, share * MAX_SAVED) if left is None else left

    def earn(self) -> None:
        """A question was asked."""
        self.left = min(MAX_SAVED, self.left + self.share)

    def spend(self) -> bool:
        """Whether there is enough for one more; if so, it is spent."""
        if self.left < 1:
            return False
        self.left -= 1
        return True
