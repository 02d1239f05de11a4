"""What a catalog says of keeping, sparing and asking again: read as meant, or refused with its line."""

from collections.abc import Mapping

import pytest

from gateway.cache.policy import CachePolicy
from gateway.catalog.loader import parse_catalog
from gateway.catalog.model import Catalog
from gateway.catalog.policies import Policies
from gateway.errors import ConfigError
from gateway.resilience.circuit_breaker import BreakerPolicy
from gateway.resilience.concurrency_limit import ConcurrencyPolicy
from gateway.resilience.retry import RetryPolicy
from gateway.resolvers.records import RECORDS, RELATIONS

CATALOG = """[sources.desk]
kind = "memory"
naming = "snake_case"
{source}
[sources.other]
kind = "memory"
naming = "snake_case"
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


def catalog(env: Mapping[str, str] | None = None, **words: str) -> Catalog:
    text = CATALOG.format(**{place: words.get(place, "") for place in LINES})
    return parse_catalog(text, env or {}, RECORDS, RELATIONS, name="catalog.toml")


def said(words: str, env: Mapping[str, str] | None = None) -> Policies:
    return catalog(env, source=words).sources["desk"].policies


def test_what_is_not_said_has_its_default() -> None:
    assert said("") == Policies(None, RetryPolicy(), BreakerPolicy(), ConcurrencyPolicy(), hedge=False)


@pytest.mark.parametrize(
    ("words", "read_as"),
    [
        ("cache = 10", Policies(cache=10)),
        ("cache = 0", Policies(cache=0)),
        ("cache = 0.5", Policies(cache=0.5)),
        ("cache = false", Policies(cache=False)),
        ("cache = { ttl = 5, negative_ttl = 1 }", Policies(cache=CachePolicy(5, negative_ttl=1))),
        ("cache.ttl = 5\ncache.stale_if_error = 0", Policies(cache=CachePolicy(5, stale_if_error=0))),
        ("retry = false", Policies(retry=False)),
        ("retry = {}", Policies()),
        ("retry = { times = 3, pause = 1 }", Policies(retry=RetryPolicy(times=3, pause=1))),
        ("breaker = false", Policies(breaker=False)),
        ("breaker = { share = 1, rest = 0.1 }", Policies(breaker=BreakerPolicy(share=1, rest=0.1))),
        ("queue = false", Policies(queue=False)),
        ("queue = { waiting = 0 }", Policies(queue=ConcurrencyPolicy(waiting=0))),
        ("hedge = true", Policies(hedge=True)),
    ],
)
def test_words_are_read_as_they_are_meant(words: str, read_as: Policies) -> None:
    assert said(words) == read_as


def test_a_variable_may_hold_a_number_or_a_switch_though_it_is_text() -> None:
    assert said('cache = "env:K"', {"K": "10"}) == Policies(cache=10)
    assert said('retry = { times = "env:T" }', {"T": "2"}) == Policies(retry=RetryPolicy(times=2))
    assert said('breaker = "env:B"', {"B": "false"}) == Policies(breaker=False)


@pytest.mark.parametrize(
    ("source", "record", "lookup", "kept"),
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
def test_the_innermost_keep_counts(source: str, record: str, lookup: str, kept: CachePolicy | None) -> None:
    made = catalog(source=source, record=record, lookup=lookup)
    assert made.entries["ServiceRequest", "id"].cache_policy == kept


WRONG_KEEPS = {
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
WRONG = {
    **WRONG_KEEPS,
    "retry = true": "retry must be a table, or false",
    "breaker = true": "breaker must be a table, or false",
    "queue = true": "queue must be a table, or false",
    "retry = 3": "retry must be a table, or false",
    'queue = "no"': "queue must be a table",
    "retry = { times = -1 }": "retry.times must be a whole number, at least 0 and at most 10",
    "retry = { times = 1.5 }": "retry.times must be a whole number",
    "retry = { share = 1.5 }": "retry.share must be a number, at least 0 and at most 1",
    "retry = { pause = nan }": "retry.pause must be a number",
    "breaker = { share = 0 }": "breaker.share must be a number, more than 0 and at most 1",
    "breaker = { call = 3 }": "breaker.call is an unknown word; there are calls, rest, seconds, share",
    "queue = { at_once = 0 }": "queue.at_once must be a whole number, at least 1",
    "hedge = 3": "hedge must be true or false",
    'hedge = "true"': "hedge must be true or false",
}


def complaints(place: str, words: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        catalog(**{place: words})
    return caught.value.diagnostics


@pytest.mark.parametrize("words", WRONG)
def test_a_word_that_does_not_fit_is_refused_with_a_sentence_and_its_line(words: str) -> None:
    (sentence,) = complaints("source", words)
    assert sentence.startswith(f"catalog.toml:{LINES['source']}: sources.desk: {WRONG[words]}")


@pytest.mark.parametrize("place", ["record", "lookup"])
@pytest.mark.parametrize("words", WRONG_KEEPS)
def test_a_keep_that_does_not_fit_is_refused_wherever_it_stands(place: str, words: str) -> None:
    about = {"record": "records.ServiceRequest", "lookup": "records.ServiceRequest.by.id"}[place]
    (sentence,) = complaints(place, words)
    assert sentence.startswith(f"catalog.toml:{LINES[place]}: {about}: {WRONG_KEEPS[words]}")


@pytest.mark.parametrize("word", ["retry", "breaker", "queue", "hedge"])
@pytest.mark.parametrize("place", ["record", "lookup"])
def test_only_keep_may_be_said_of_less_than_a_source(place: str, word: str) -> None:
    (sentence,) = complaints(place, f"{word} = false")
    assert sentence.startswith(f"catalog.toml:{LINES[place]}: ")
    assert word in sentence


def test_every_mistake_is_told_at_once_each_with_its_own_line() -> None:
    told = complaints("source", "cache = true\nretry = 1\nbreaker = { x = 1 }\nhedge = 0\nqueue.waiting = -1")
    assert [each.split(": ")[0] for each in sorted(told)] == [f"catalog.toml:{n}" for n in range(4, 9)]
