"""The welcome text: addresses, planted customers to look at, and a query to paste."""

from collections.abc import Mapping

from gateway_demo.cases.customers import BY_NUMBER
from gateway_demo.cases.model import PlantedCustomer
from gateway_demo.plan.accounts import account_number

_SHOWN_CUSTOMERS = 8
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
    """The welcome text of a demo whose gateway is at this address."""
    return "\n".join(
        [
            "",
            f"Riverton Light & Water is open: GraphiQL is at {address}/graphql",
            "",
            *_customers(planted),
            "A query to paste:",
            _QUERY % account_number(1),
        ]
    )


def fault_instructions(systems: str) -> str:
    """How to inject faults into the systems at this address."""
    faults = f"{systems}/_faults"
    return "\n".join(
        [
            "",
            "Inject faults into the systems (see gateway_demo/SYSTEMS.md, Faults):",
            f"""  curl -X PUT {faults}/crm -d '{{"kind": "latency", "seconds": 5}}'""",
            f"""  curl -X PUT {faults}/outage -d '[{{"kind": "error", "share": 0.5}}, {{"kind": "drip"}}]'""",
            f"""  curl -X PUT {faults}/cis -d '{{"kind": "error"}}'   # or billing, payments, collections, usage""",
            f"  curl {faults}            # list the faults",
            f"  curl -X DELETE {faults}  # remove all faults",
        ]
    )


def _customers(planted: Mapping[int, PlantedCustomer]) -> list[str]:
    with_account = [(n, customer) for n, customer in sorted(planted.items()) if customer.traits][:_SHOWN_CUSTOMERS]
    if not with_account:
        return []
    lines = [f"  account {account_number(n)}  {customer.shows}" for n, customer in with_account]
    return ["Worth looking at:", *lines, ""]
