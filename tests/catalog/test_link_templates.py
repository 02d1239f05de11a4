"""Links are templates with quoted values; invalid templates are refused at start."""

from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.catalogs import catalog, catalog_errors
from support.harness import catalog_text

from gateway.catalog.model import DOT_SEGMENTS, LinkTemplate, link_errors
from gateway.contract.record import stored_fields
from gateway.resolvers.records import NODES, RECORDS

FRONT, BACK = "https://crm.example/accounts/", "/view?tab=1#top"


@given(st.text(min_size=1))
def test_any_id_is_one_path_segment_of_the_link(key: str) -> None:
    url = LinkTemplate(f"{FRONT}{{id}}{BACK}").url({"id": key}.get)
    if key in DOT_SEGMENTS:
        assert url is None
        return
    assert url is not None
    quoted = url.removeprefix(FRONT).removesuffix(BACK)
    assert (FRONT + quoted + BACK, unquote(quoted)) == (url, key)
    assert not set(quoted) & set("/?#&=+ {}\\")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://x.example/{account_id}/{id}", "https://x.example/A%2F1/7"),
        ("https://x.example/{id}?again={id}", "https://x.example/7?again=7"),
        ("https://x.example/home", "https://x.example/home"),
        ("https://x.example/{nothing}", None),
        ("https://x.example/{step}/7", None),
    ],
)
def test_a_link_has_every_named_field_or_is_none(text: str, url: Any) -> None:
    values = {"id": 7, "account_id": "A/1", "nothing": None, "step": ".."}
    assert LinkTemplate(text).url(values.get) == url


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://x.example/{id}", []),
        ("http://x.example:8080/{account_id}/{id}#there", []),
        ("https://x.example?id={id}", []),
        ("", ["a URL"]),
        ("crm/{id}", ["a URL"]),
        ("javascript:alert({id})", ["a URL"]),
        ("https://{id}.example/", ["a URL"]),
        ("https://x.example/a b", ["a URL"]),
        ("https://x.example/{", ["braces"]),
        ("https://x.example/{{id}}", ["braces"]),
        ("https://x.example/{}", ["may name"]),
        ("https://x.example/{ID}", ["may name"]),
        ("https://x.example/{severity}", ["may name"]),
        ("ftp://x.example/{nobody}", ["a URL", "may name"]),
    ],
)
def test_an_invalid_template_is_refused(text: str, parts: list[str]) -> None:
    errors = link_errors(text, stored_fields(RECORDS["ServiceRequest"]))
    assert len(errors) == len(parts)
    assert all(part in error for part, error in zip(parts, errors, strict=True))


@pytest.mark.parametrize("kind", sorted(NODES))
def test_every_node_may_have_a_link(kind: str) -> None:
    text = linked(kind, "https://x.example/{id}")
    assert catalog(text).links == {kind: LinkTemplate("https://x.example/{id}")}


def test_an_invalid_link_is_reported_with_its_line() -> None:
    text = linked("Premise", "https://x.example/{owner}")
    line = text.splitlines().index('link = "https://x.example/{owner}"') + 1
    assert f"catalog.toml:{line}: Premise: a link may name id, not owner" in catalog_errors(text)


def linked(kind: str, link: str) -> str:
    """A catalog of all records, with a link for one of them."""
    return catalog_text().replace(f"[records.{kind}]\n", f'[records.{kind}]\nlink = "{link}"\n')
