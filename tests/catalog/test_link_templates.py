"""Links: templates of the catalog, filled with quoted values, refused at start where they cannot work."""

from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.world import catalog_text

from gateway.catalog.link_templates import DOT_SEGMENTS, link_errors, link_template
from gateway.catalog.loader import parse_catalog
from gateway.errors import ConfigError
from gateway.mapping.record_fields import stored_fields
from gateway.resolvers.records import NODES, RECORDS, RELATIONS

FRONT, BACK = "https://crm.example/accounts/", "/view?tab=1#top"


@given(st.text(min_size=1))
def test_whatever_an_id_is_it_stays_one_part_of_the_address(key: str) -> None:
    url = link_template(f"{FRONT}{{id}}{BACK}").url({"id": key}.get)
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
def test_every_field_named_is_filled_or_there_is_no_link(text: str, url: Any) -> None:
    said = {"id": 7, "account_id": "A/1", "nothing": None, "step": ".."}
    assert link_template(text).url(said.get) == url


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://x.example/{id}", []),
        ("http://x.example:8080/{account_id}/{id}#there", []),
        ("https://x.example?id={id}", []),
        ("", ["an address"]),
        ("crm/{id}", ["an address"]),
        ("javascript:alert({id})", ["an address"]),
        ("https://{id}.example/", ["an address"]),
        ("https://x.example/a b", ["an address"]),
        ("https://x.example/{", ["braces"]),
        ("https://x.example/{{id}}", ["braces"]),
        ("https://x.example/{}", ["may name"]),
        ("https://x.example/{ID}", ["may name"]),
        ("https://x.example/{severity}", ["may name"]),
        ("ftp://x.example/{nobody}", ["an address", "may name"]),
    ],
)
def test_a_template_that_cannot_work_is_refused(text: str, said: list[str]) -> None:
    told = link_errors(text, stored_fields(RECORDS["ServiceRequest"]))
    assert len(told) == len(said)
    assert all(part in sentence for part, sentence in zip(said, told, strict=True))


@pytest.mark.parametrize("kind", sorted(NODES))
def test_every_record_with_an_id_may_have_a_link(kind: str) -> None:
    text = linked(kind, "https://x.example/{id}")
    assert parse_catalog(text, {}, RECORDS, RELATIONS).links == {
        kind: link_template("https://x.example/{id}")
    }


def test_a_wrong_link_is_told_at_start_with_its_line_and_what_it_may_name() -> None:
    text = linked("Premise", "https://x.example/{owner}")
    with pytest.raises(ConfigError) as told:
        parse_catalog(text, {}, RECORDS, RELATIONS)
    line = text.splitlines().index('link = "https://x.example/{owner}"') + 1
    assert f"catalog:{line}: Premise: a link may name id, not owner" in str(told.value)


def linked(kind: str, link: str) -> str:
    """A catalog of everything, with a link for one type."""
    return catalog_text().replace(f"[records.{kind}]\n", f'[records.{kind}]\nlink = "{link}"\n')
