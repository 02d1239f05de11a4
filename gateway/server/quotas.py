"""The points of a caller in the headers of its answers, and what an answer has used of them."""

from typing import Final

from gateway.execution.engine import OperationResult
from gateway.limits.buckets import WINDOW
from gateway.telemetry.request_record import Quota, RequestRecord

POLICY: Final = '"points"'


def quota_headers(quota: Quota) -> dict[str, str]:
    """`RateLimit` and `RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers has them since its revision 8."""
    return {
        "ratelimit-policy": f'{POLICY};q={quota.capacity};qu="points";w={WINDOW:.0f}',
        "ratelimit": f"{POLICY};r={quota.remaining};t={quota.reset}",
    }


def points_used(result: OperationResult, record: RequestRecord) -> int:
    """The actual points; the estimated ones of an operation that was ended before its answer was complete."""
    if not result.ran:
        return 0
    return (record.estimated_cost or 0) if record.actual_cost is None else record.actual_cost
