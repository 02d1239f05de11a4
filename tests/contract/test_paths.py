"""Dotted paths of the catalog."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.paths import parse_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        ("a.b.c", ("a", "b", "c")),
        ('"@odata.nextLink"', ("@odata.nextLink",)),
        ("'@odata.nextLink'", ("@odata.nextLink",)),
        ('links."a.b".c', ("links", "a.b", "c")),
        ('@context.headers."E Tag"', ("@context", "headers", "E Tag")),
        ("it's.5\"", ("it's", '5"')),
        ("", ("",)),
    ],
)
def test_quotes_hold_a_name_with_dots(text: str, path: tuple[str, ...]):
    assert parse_path(text) == path


@pytest.mark.parametrize("text", [".", "a.", ".a", "a..b", '"a', '"a"b', '""', "a.'b", "@odata.nextLink", "x.odata.id"])
def test_a_path_that_leads_nowhere_is_refused(text: str):
    with pytest.raises(ValueError, match="dot"):
        parse_path(text)


@given(st.lists(st.text(min_size=1).filter(lambda name: '"' not in name), min_size=1))
def test_any_name_can_be_quoted(names: list[str]):
    assert parse_path(".".join(f'"{name}"' for name in names)) == tuple(names)
