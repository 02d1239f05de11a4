"""A budget for retries and hedges: a share of a source's own traffic."""

MAX_BALANCE = 10.0  # calls that a quiet period can save up


class RetryBudget:
    """Made for one source. Each call deposits `share`, each retry or hedge withdraws 1.

    The balance starts at enough for one retry; a very small share starts lower, and none at all at 0.
    """

    __slots__ = ("balance", "share")

    def __init__(self, share: float, balance: float | None = None) -> None:
        self.share = share
        self.balance = min(1.0, share * MAX_BALANCE) if balance is None else balance

    def earn(self) -> None:
        self.balance = min(MAX_BALANCE, self.balance + self.share)

    def spend(self) -> bool:
        if self.balance < 1:
            return False
        self.balance -= 1
        return True
