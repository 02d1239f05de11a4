"""The values that GraphiQL's tabs begin with: ids of the demo's own customers."""

import json
from pathlib import Path

from gateway.ids import global_id
from gateway_demo.plan.accounts import account_id, customer_id

_CARD = "CH00001401CARD"  # the planted chat whose transcript holds what must not be shown


def example_variables() -> dict[str, object]:
    """A value for every variable of the project's documents that has no default."""
    return {
        "customer": global_id("Customer", customer_id(1)),
        "account": global_id("BillingAccount", account_id(1)),
        "id": global_id("Chat", _CARD),
        "by": {"name": "ada whit"},
        "serviceType": "ELECTRIC",
    }


def write_examples(folder: Path) -> Path:
    """The file that GATEWAY_EXAMPLES names."""
    file = folder / "examples.json"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"variables": example_variables()}, indent=1) + "\n", encoding="utf-8")
    return file
