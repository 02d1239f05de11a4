"""API keys of the demo: new ones at each start, made by `gateway keys` in a store that begins empty."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from gateway.commands.keys import keys
from gateway_demo.plan.accounts import account_id, account_number

PARTNER_CUSTOMERS = (1, 45)
_USAGE = '{ billingAccount(accountNumber: "%s") { status usageOptions { options { serviceTypeLabel unitSymbol } } } }'
_BILLS = '{ billingAccount(accountNumber: "%s") { bills(first: 3) { nodes { billNumber issuedOn } } } }'


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """The keys as their owners have them, and the store that knows them."""

    store: Path
    partner: str
    widget: str

    def environment(self) -> dict[str, str]:
        """The settings of a gateway that takes these keys, and requests without any."""
        return {"GATEWAY_STORE": str(self.store), "GATEWAY_LOCAL_AGENT": "on"}


def make_demo_keys(folder: Path) -> DemoKeys:
    """Make the store of a demo and its keys. Those of earlier starts end."""
    store = folder.resolve() / "store.db"
    store.unlink(missing_ok=True)
    accounts = [word for n in PARTNER_CUSTOMERS for word in ("--account", account_id(n))]
    partner = _added(store, "partner", "customer:read,billing:read,usage:read", *accounts)
    return DemoKeys(store, partner, _added(store, "widget", "customer:read,billing:read"))


def _added(store: Path, owner: str, scopes: str, *options: str) -> str:
    """A new key of a program outside of the utility. It is printed in the welcome only."""
    command = ["add", "--owner", owner, "--scopes", scopes, "--audience", "partner", *options]
    with redirect_stdout(io.StringIO()) as output, redirect_stderr(io.StringIO()):
        keys(command, {"GATEWAY_STORE": str(store)})
    return output.getvalue().strip()


def key_instructions(address: str, demo_keys: DemoKeys) -> str:
    """Each key with a request that it may send to the gateway at this address."""
    numbers = [account_number(n) for n in PARTNER_CUSTOMERS]
    return "\n".join(
        [
            "",
            "A request without a key is that of an agent, who sees everything. Keys until the next start:",
            "",
            f"  a partner, who sees the accounts {' and '.join(numbers)}",
            _curl(address, demo_keys.partner, _USAGE % numbers[0]),
            "",
            "  a widget, which sees customers and bills",
            _curl(address, demo_keys.widget, _BILLS % numbers[0]),
        ]
    )


def _curl(address: str, key: str, query: str) -> str:
    body = json.dumps({"query": query})
    return f"  curl {address}/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer {key}' -d '{body}'"
