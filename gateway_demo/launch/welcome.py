"""What is said when the demo runs: where to look, at whom, and a query to paste."""

from collections.abc import Mapping

from gateway_demo.cases.customers import BY_NUMBER
from gateway_demo.cases.model import PlantedCustomer
from gateway_demo.plan.accounts import account_number

_MOST = 8
_QUERY = """\
{
  billingAccount(accountNumber: "%s") {
    status
    customer { party { name } }
    balance { current { amount currency } }
    activities(first: 5) { nodes { occurredAt category title } complete }
  }
}"""


def welcome(address: str, planted: Mapping[int, PlantedCustomer] = BY_NUMBER) -> str:
    """The greeting of a demo whose gateway answers at this address."""
    return "\n".join(
        [
            "",
            f"Riverton Light & Water is open: GraphiQL is at {address}/graphql",
            "",
            *_customers(planted),
            "A query to paste:",
            _QUERY % account_number(1),
            "",
            "Ctrl-C ends everything.",
        ]
    )


def fault_instructions(systems: str) -> str:
    """How the REST systems, which answer at this address, are given bad days."""
    faults = f"{systems}/_faults"
    return "\n".join(
        [
            "",
            "The REST systems have bad days when you say so (gateway_demo/SYSTEMS.md, Bad days):",
            f"""  curl -X PUT {faults}/crm -d '{{"kind": "latency", "seconds": 5}}'""",
            f"""  curl -X PUT {faults}/outage -d '[{{"kind": "error", "share": 0.5}}, {{"kind": "drip"}}]'""",
            f"  curl {faults}            # what is set",
            f"  curl -X DELETE {faults}  # all is well again",
        ]
    )


def _customers(planted: Mapping[int, PlantedCustomer]) -> list[str]:
    with_account = [(n, each) for n, each in sorted(planted.items()) if each.traits][:_MOST]
    if not with_account:
        return []
    lines = [f"  account {account_number(n)}  {each.shows}" for n, each in with_account]
    return ["Worth looking at:", *lines, ""]
