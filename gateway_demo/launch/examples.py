"""Example variables for GraphiQL's tabs: ids of the demo's customers."""

import json
from pathlib import Path

from gateway.ids import global_id
from gateway_demo.plan.accounts import account_id, customer_id

_CARD = "CH00001401CARD"  # the planted chat with sensitive data in its transcript


def example_variables() -> dict[str, object]:
    """Values for all variables without defaults in the example queries."""
    return {
        "customer": global_id("Customer", customer_id(1)),
        "account": global_id("BillingAccount", account_id(1)),
        "id": global_id("Chat", _CARD),
        "by": {"name": "ada whit"},
        "text": "john smith",
        "serviceType": "ELECTRIC",
    }


def write_examples(folder: Path) -> Path:
    """Write the file for GATEWAY_EXAMPLES."""
    file = folder / "examples.json"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"variables": example_variables()}, indent=1) + "\n", encoding="utf-8")
    return file
