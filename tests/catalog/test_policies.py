"""The words about caching and resilience are read, or refused with their line."""

import msgspec.inspect
import pytest
from support.catalogs import catalog, catalog_errors

from gateway.cache.policy import CachePolicy
from gateway.catalog.model import Policies
from gateway.resilience.circuit import BreakerPolicy
from gateway.resilience.concurrency_limit import ConcurrencyPolicy
from gateway.resilience.retry import RetryPolicy
from gateway.sources.kinds import KINDS
from gateway.validation import validate_table

CATALOG = """[sources.desk]
kind = "memory"
spelling = "snake_case"
{source}
[sources.other]
kind = "memory"
spelling = "snake_case"
cache = 7
[records.ServiceRequest]
source = "desk"
at = "requests"
by.account_id = {{}}
{record}
[records.ServiceRequest.by.id]
{lookup}
"""
LINES = {"source": 4, "record": 13, "lookup": 15}


def text_with(**words: str) -> str:
    """The catalog with these words at the source, the record or the lookup."""
    return CATALOG.format(**{place: words.get(place, "") for place in LINES})


def policies(words: str, **env: str) -> Policies:
    return catalog(text_with(source=words), **env).sources["desk"].policies


def test_policies_have_defaults() -> None:
    assert policies("") == Policies(None, RetryPolicy(), BreakerPolicy(), ConcurrencyPolicy(), hedge=False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cache = 10", Policies(cache=10)),
        ("cache = 0", Policies(cache=0)),
        ("cache = 0.5", Policies(cache=0.5)),
        ("cache = false", Policies(cache=False)),
        ("cache = { ttl = 5, negative_ttl = 1 }", Policies(cache=CachePolicy(5, negative_ttl=1))),
        ("cache.ttl = 5\ncache.stale_if_error = 0", Policies(cache=CachePolicy(5, stale_if_error=0))),
        ("retry = false", Policies(retry=False)),
        ("retry = {}", Policies()),
        ("retry = { max_retries = 3, base_delay = 1 }", Policies(retry=RetryPolicy(max_retries=3, base_delay=1))),
        ("breaker = false", Policies(breaker=False)),
        (
            "breaker = { failure_ratio = 1, open_for = 0.1 }",
            Policies(breaker=BreakerPolicy(failure_ratio=1, open_for=0.1)),
        ),
        ("concurrency = false", Policies(concurrency=False)),
        ("concurrency = { max_queue = 0 }", Policies(concurrency=ConcurrencyPolicy(max_queue=0))),
        ("hedge = true", Policies(hedge=True)),
    ],
)
def test_words_are_read(words: str, expected: Policies) -> None:
    assert policies(words) == expected


def test_a_variable_may_hold_a_number_or_false() -> None:
    assert policies('cache = "env:K"', K="10") == Policies(cache=10)
    assert policies('retry = { max_retries = "env:T" }', T="2") == Policies(retry=RetryPolicy(max_retries=2))
    assert policies('breaker = "env:B"', B="false") == Policies(breaker=False)


@pytest.mark.parametrize(
    ("source", "record", "lookup", "expected"),
    [
        ("", "", "", None),
        ("cache = 1", "", "", CachePolicy(1)),
        ("cache = 1", "cache = 2", "", CachePolicy(2)),
        ("cache = 1", "cache = 2", "cache = 3", CachePolicy(3)),
        ("cache = 1", "", "cache = { ttl = 3, negative_ttl = 0 }", CachePolicy(3, negative_ttl=0)),
        ("cache = 1", "cache = false", "", None),
        ("cache = 1", "cache = 2", "cache = false", None),
        ("cache = false", "", "cache = 3", CachePolicy(3)),
        ("", "cache = 2", 'source = "other"\nat = "requests"', CachePolicy(7)),
        ("", "cache = 2", 'source = "other"\nat = "requests"\ncache = 3', CachePolicy(3)),
    ],
)
def test_the_innermost_cache_policy_counts(source: str, record: str, lookup: str, expected: CachePolicy | None) -> None:
    parsed = catalog(text_with(source=source, record=record, lookup=lookup))
    assert parsed.entries["ServiceRequest", "id"].cache_policy == expected


WRONG_CACHE = {
    "cache = true": "cache must be a number of seconds, a table, or false",
    "cache = [1]": "cache must be a number of seconds, a table, or false",
    "cache = -1": "cache must be a table or a number, at least 0",
    "cache = inf": "cache must be a table or a number, at least 0",
    "cache = nan": "cache must be a table or a number, at least 0",
    'cache = "10"': "cache must be a table or a number",
    "cache = {}": "the word cache.ttl is missing",
    "cache = { ttl = -1 }": "cache.ttl must be a number, at least 0",
    'cache = { ttl = "10" }': "cache.ttl must be a number",
    "cache = { ttl = 1, stale = 2 }": "cache.stale is an unknown word; there are negative_ttl, stale",
}
INFINITE = ("inf", "-inf", "nan", "1e308")
WRONG = {
    **WRONG_CACHE,
    "retry = true": "retry must be a table, or false",
    "breaker = true": "breaker must be a table, or false",
    "concurrency = true": "concurrency must be a table, or false",
    "retry = 3": "retry must be a table, or false",
    'concurrency = "no"': "concurrency must be a table",
    "retry = { max_retries = -1 }": "retry.max_retries must be a whole number, at least 0 and at most 10",
    "retry = { max_retries = 1.5 }": "retry.max_retries must be a whole number",
    "retry = { budget = 1.5 }": "retry.budget must be a number, at least 0 and at most 1",
    **{f"retry = {{ base_delay = {number} }}": "retry.base_delay must be a number" for number in INFINITE},
    **{f"breaker = {{ window = {number} }}": "breaker.window must be a number" for number in INFINITE},
    **{f"concurrency = {{ queue_timeout = {number} }}": "concurrency.queue_timeout must be" for number in INFINITE},
    **{f"cache = {{ ttl = {number} }}": "cache.ttl must be a number" for number in INFINITE},
    "breaker = { failure_ratio = 0 }": "breaker.failure_ratio must be a number, more than 0 and at most 1",
    "breaker = { call = 3 }": ("breaker.call is an unknown word; there are failure_ratio, min_calls, open_for, window"),
    "concurrency = { max_in_flight = 0 }": "concurrency.max_in_flight must be a whole number, at least 1",
    "hedge = 3": "hedge must be true or false",
    'hedge = "true"': "hedge must be true or false",
}


@pytest.mark.parametrize("words", WRONG)
def test_an_invalid_word_is_refused_with_its_line(words: str) -> None:
    (error,) = catalog_errors(text_with(source=words))
    assert error.startswith(f"catalog.toml:{LINES['source']}: sources.desk: {WRONG[words]}")


def words_of_numbers(kind: str) -> list[str]:
    """Every word of a source's table that takes a number with a fraction."""
    settings = msgspec.inspect.type_info(KINDS[kind].settings)
    assert isinstance(settings, msgspec.inspect.StructType)
    return [each.encode_name for each in settings.fields if isinstance(each.type, msgspec.inspect.FloatType)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_of_a_source_may_be_infinite(kind: str) -> None:
    for word in words_of_numbers(kind):
        for number in INFINITE:
            settings = {word: float(number)}
            [message] = [text for path, text in validate_table(settings, KINDS[kind].settings) if path == (word,)]
            assert message == f"{word} must be a number, more than 0 and at most 86400"


@pytest.mark.parametrize(
    ("place", "table"), [("record", "records.ServiceRequest"), ("lookup", "records.ServiceRequest.by.id")]
)
@pytest.mark.parametrize("words", WRONG_CACHE)
def test_an_invalid_cache_policy_is_refused_at_any_table(place: str, table: str, words: str) -> None:
    (error,) = catalog_errors(text_with(**{place: words}))
    assert error.startswith(f"catalog.toml:{LINES[place]}: {table}: {WRONG_CACHE[words]}")


@pytest.mark.parametrize("word", ["retry", "breaker", "concurrency", "hedge"])
@pytest.mark.parametrize("place", ["record", "lookup"])
def test_only_a_source_has_resilience_words(place: str, word: str) -> None:
    (error,) = catalog_errors(text_with(**{place: f"{word} = false"}))
    assert error.startswith(f"catalog.toml:{LINES[place]}: ")
    assert word in error


def test_every_error_is_reported_with_its_own_line() -> None:
    words = "cache = true\nretry = 1\nbreaker = { x = 1 }\nhedge = 0\nconcurrency.max_queue = -1"
    errors = catalog_errors(text_with(source=words))
    assert [error.split(": ")[0] for error in sorted(errors)] == [f"catalog.toml:{n}" for n in range(4, 9)]
