"""Parses catalogs of tests."""

import pytest

from gateway.catalog.loader import parse_catalog
from gateway.catalog.model import Catalog
from gateway.errors import ConfigError
from gateway.resolvers.records import RECORDS, RELATIONS


def catalog(text: str, **env: str) -> Catalog:
    return parse_catalog(text, env, RECORDS, RELATIONS, name="catalog.toml")


def catalog_errors(text: str, **env: str) -> list[str]:
    """Every error of an invalid catalog."""
    with pytest.raises(ConfigError) as caught:
        catalog(text, **env)
    return list(caught.value.diagnostics)
