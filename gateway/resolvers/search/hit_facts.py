"""What tells hits apart: whose they are, which account, and where. Each fact is loaded only if it is selected."""

import asyncio
from typing import Any

from gateway.errors import GatewayError
from gateway.loading.loader import Loader
from gateway.resolvers.account.core import AccountReference, prime_references, referenced_keys
from gateway.resolvers.contact.interactions import party_of
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.customer360.header import open_first
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.known import NotKnown
from gateway.resolvers.graph.relations import one_of, records_of
from gateway.resolvers.graph.values import Address
from gateway.resolvers.party.parties import Party
from gateway.resolvers.service.premises import Premise, records_by_id, serving_agreements

SEPARATOR = " · "


async def customer_of(node: Any, info: Info) -> Customer | None:
    """The customer of a hit: itself, that of the account, or the one who is served at the premise."""
    if isinstance(node, Customer):
        return node
    account = await account_of(node, info)
    if account is None:
        return None
    customer = await one_of(info.context.loader, Customer, "id", account.customer_id)
    if customer is None:
        raise NotKnown  # every account has a customer
    return customer


async def account_of(node: Any, info: Info) -> BillingAccount | None:
    """The account of a hit: the first of its accounts."""
    return next(iter(await accounts_of(node, info)), None)


async def accounts_of(node: Any, info: Info) -> list[BillingAccount]:
    """An account itself, all of a customer, open ones first, or those that are served at a premise today."""
    if isinstance(node, BillingAccount):
        return [node]
    if isinstance(node, Customer):
        accounts = records_of(await info.context.loader.load(BillingAccount, "customer_id", node.id))
    else:
        ids = dict.fromkeys(each.account_id for each in await serving_agreements(node, info) if each.account_id)
        accounts = await records_by_id(info, BillingAccount, [*ids])
    if accounts is None:
        raise NotKnown
    return open_first(accounts) if isinstance(node, Customer) else accounts


async def premise_of(node: Any, info: Info) -> Premise | None:
    """The premise of a hit: itself, or the first one of its account."""
    if isinstance(node, Premise):
        return node
    loader = info.context.loader
    references = _references(loader, node)
    account = await account_of(node, info)
    if account is None:
        return None
    if references is not None:
        prime_references(loader, await references, [account.id])
    ids = await referenced_keys(info, account, "premise_ids")
    premises = await records_by_id(info, Premise, ids and ids[:1])
    if premises is None:
        raise NotKnown
    return next(iter(premises), None)


def _references(loader: Loader, node: Any) -> Any:
    """The cross-references of a customer's accounts, loaded at the same time as the accounts."""
    if not isinstance(node, Customer) or not loader.has_lookup(AccountReference, "customer_id"):
        return None
    return loader.load(AccountReference, "customer_id", node.id)


async def party_of_hit(node: Any, info: Info) -> Party | None:
    """The party behind the customer of a hit; None if there is no customer."""
    customer = await customer_of(node, info)
    if customer is None:
        return None
    party = await party_of(info, customer.party_kind, customer.party_id)
    if party is None:
        raise NotKnown  # the CRM does not tell who the customer is
    return party


async def context_line(node: Any, info: Info) -> str:
    """One line of the address, the account and the customer of a hit. It says which of them is not known."""
    loads = (_place(node, info), _account(node, info), _customer(node, info))
    parts = await asyncio.gather(*map(_text_or_none, loads))
    if all(part is None for part in parts):
        raise NotKnown
    names = ("address", "account", "customer")
    texts = [f"{name} unknown" if part is None else part for name, part in zip(names, parts, strict=True)]
    line = SEPARATOR.join(text for text in texts if text)
    return line[:1].upper() + line[1:]


async def _text_or_none(load: Any) -> str | None:
    """The text of a part, empty if there is none; None if it is not known."""
    try:
        return str(await load)
    except (GatewayError, NotKnown):
        return None


async def _place(node: Any, info: Info) -> str:
    premise = await premise_of(node, info)
    if premise is None:
        return ""
    return f"{address_line(premise.address)}, vacant" if premise.is_vacant else address_line(premise.address)


async def _account(node: Any, info: Info) -> str:
    accounts = await accounts_of(node, info)
    if not accounts:
        status = node.status if isinstance(node, Customer) else None
        return f"no account, {status.label.lower()}" if status else "no account"
    account, *others = accounts
    more = f" and {len(others)} more" if others else ""
    return f"account {account.account_number}, {account.status.label.lower()}{more}"


async def _customer(node: Any, info: Info) -> str:
    customer = await customer_of(node, info)
    return f"customer {customer.customer_number}" if customer else ""


def address_line(address: Address) -> str:
    """An address in one line, as the system writes its parts."""
    street = " ".join(filter(None, (address.line1, address.line2)))
    place = " ".join(filter(None, (address.region, address.postal_code)))
    return ", ".join(filter(None, (street, address.city, place)))
