"""Errors for `GATEWAY_...` variables that the gateway does not read: misspelled or renamed ones."""

import re
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from pathlib import Path

PREFIX = "GATEWAY_"
RENAMED = {
    "GATEWAY_AT_ONCE": "GATEWAY_MAX_CONCURRENT_REQUESTS",
    "GATEWAY_BODY_MOST": "GATEWAY_MAX_BODY_BYTES",
    "GATEWAY_CACHE_BYTES": "GATEWAY_MAX_CACHE_BYTES",
    "GATEWAY_CACHE_ENTRIES": "GATEWAY_MAX_CACHE_ENTRIES",
    "GATEWAY_DEPTH_MOST": "GATEWAY_MAX_QUERY_DEPTH",
    "GATEWAY_FIELDS_MOST": "GATEWAY_MAX_QUERY_FIELDS",
    "GATEWAY_LOG": "GATEWAY_LOG_FORMAT",
    "GATEWAY_REDIS": "GATEWAY_REDIS_URL",
    "GATEWAY_SLOW_MS": "GATEWAY_SLOW_REQUEST_MS",
    "GATEWAY_TOKENS_MOST": "GATEWAY_MAX_QUERY_TOKENS",
}
TESTS = re.compile(r"GATEWAY_(TEST_\w+|FAULTS)", re.ASCII)  # read by this repository's own tests
# Kubernetes sets these variables in each pod for every service, and a service may be called "gateway".
KUBERNETES = re.compile(
    r"GATEWAY_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)", re.ASCII
)
KUBERNETES_URL = re.compile(r"(tcp|udp|sctp)://\S+", re.ASCII)  # the value of its GATEWAY_..._PORT
CATALOG_VARIABLE = re.compile(r"""env:([^\s"']+)""")


def unknown_variable_errors(environment: Mapping[str, str], names: Collection[str], catalog: Path | None) -> list[str]:
    """A sentence for each unknown `GATEWAY_...` variable, with the new or the most similar name.

    Variables that the catalog names are accepted. If the catalog cannot be read, only renamed variables are
    refused; loading the catalog reports why. No sentence shows a value: it may be a secret.
    """
    unknown = [name for name in sorted(environment) if name.startswith(PREFIX) and name not in names]
    unknown = [name for name in unknown if not _belongs_to_others(name, environment[name])]
    in_catalog = _variables_named_in(catalog) if unknown and catalog is not None else frozenset()
    errors = []
    for name in unknown:
        if name in RENAMED and name not in (in_catalog or ()):
            errors.append(f"{name} was renamed; use {RENAMED[name]} instead.")
        elif in_catalog is not None and name not in in_catalog:
            errors.append(f"{name} is not a variable of the gateway. Did you mean {_nearest(name, names)}?")
    return errors


def _belongs_to_others(name: str, value: str) -> bool:
    if TESTS.fullmatch(name) or KUBERNETES.fullmatch(name):
        return True
    return name.endswith("_PORT") and KUBERNETES_URL.fullmatch(value) is not None


def _variables_named_in(catalog: Path) -> frozenset[str] | None:
    """The variables that a catalog names, even an invalid one; None if the file cannot be read.

    A pipe can be read only once, so it is left to the loading of the catalog.
    """
    try:
        text = catalog.read_text(encoding="utf-8") if catalog.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None
    return None if text is None else frozenset(CATALOG_VARIABLE.findall(text))


def _nearest(name: str, names: Collection[str]) -> str:
    suffix = name.removeprefix(PREFIX).upper()

    def similarity(other: str) -> float:
        return SequenceMatcher(None, suffix, other.removeprefix(PREFIX)).ratio()

    return max(sorted(names), key=similarity)
