"""A change drops every answer in which its record is or may now be, and what was on its way with the old."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support.cache.callers import NOTES, OTHERS, Watch, lookup_of, note

from gateway.cache.invalidations import MOST, Invalidations
from gateway.cache.tags import Change, asked_of, tags_of, tags_of_change
from gateway.contract.batch import Lookup, Row

BY_ID = replace(lookup_of("id", timed=False))
BY_CUSTOMER = lookup_of("customer_id")
ALL_OF_THEM = (BY_ID, NOTES, BY_CUSTOMER, OTHERS)
WHO = st.sampled_from(["1", "2", "3"])
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from("abcdef"), **dict.fromkeys(["account_id", "customer_id", "author_id"], WHO)}
    ),
    unique_by=lambda row: row["id"],
    max_size=5,
)


def answers_of(records: list[Row]) -> dict[tuple[Lookup, str], list[Row]]:
    """What every lookup says of every key."""
    keys = {BY_ID: "abcdef", NOTES: "123", BY_CUSTOMER: "123", OTHERS: "123"}
    return {
        (lookup, key): [row for row in records if row[lookup.by] == key]
        for lookup in ALL_OF_THEM
        for key in keys[lookup]
    }


@given(
    records=RECORDS,
    new=st.fixed_dictionaries(dict.fromkeys(["account_id", "customer_id", "author_id"], WHO)),
    name=st.sampled_from("abcdef"),
    said=st.sets(st.sampled_from(["account", "customer", "author"])),
    gone=st.booleans(),
)
def test_whatever_a_change_says_every_answer_that_has_changed_is_touched(
    records: list[Row], new: dict[str, str], name: str, said: set[str], *, gone: bool
):
    others = [row for row in records if row["id"] != name]
    before, after = answers_of(records), answers_of(others if gone else [*others, {"id": name, **new}])
    told = tags_of_change(change(name, new, said), ALL_OF_THEM)
    for (lookup, key), rows in before.items():
        if rows != after[lookup, key]:
            assert set(told) & set(tags_of(lookup, key, rows)), (lookup.name, key)


def change(name: str, new: dict[str, str], said: set[str]) -> Change:
    """What a system tells of it: where the record is now, as far as it says."""
    return Change(
        "Note",
        name,
        account=new["account_id"] if "account" in said else None,
        customer=new["customer_id"] if "customer" in said else None,
        keys={"author_id": [new["author_id"]]} if "author" in said else {},
    )


def test_other_accounts_answers_stay_where_the_change_says_whose_it_is():
    told = set(tags_of_change(Change("Note", "n1", "A1", "C1", {"author_id": ["W1"]}), ALL_OF_THEM))
    others = [tags_of(lookup, "other", [note("n2")]) for lookup in ALL_OF_THEM]
    assert not any(told & set(each) for each in others)


def test_a_lookup_whose_key_is_not_said_is_touched_as_a_whole():
    told = set(tags_of_change(Change("Note", "n1", account="A1"), ALL_OF_THEM))
    assert told & set(tags_of(BY_CUSTOMER, "anybody", []))
    assert not told & set(tags_of(NOTES, "A2", []))


@given(
    rows=st.lists(st.fixed_dictionaries({"id": st.text(".#=ab", max_size=3)}), max_size=3),
    key=st.text(".#=ab", max_size=3),
    data=st.data(),
)
def test_a_question_under_way_is_touched_by_every_tag_of_the_answer_that_it_may_bring(
    rows: list[Row], key: str, data: st.DataObject
):
    tag = data.draw(st.sampled_from(tags_of(NOTES, key, rows)))
    assert asked_of([tag])(NOTES, key)
    if "#" not in tag.partition(".")[0]:
        assert not asked_of([tag])(OTHERS, key)
        assert asked_of([tag])(NOTES, f"{key}x") is (tag == "Note.account_id")


def test_other_records_are_not_touched():
    told = set(tags_of_change(Change("Bill", "n1"), [*ALL_OF_THEM, replace(NOTES, record="Bill")]))
    assert not any(told & set(tags_of(each, "A1", [note("n1")])) for each in ALL_OF_THEM)


def test_a_change_finds_keys_in_the_writing_of_the_system():
    written = replace(NOTES, key_format="##-##")
    assert set(tags_of_change(Change("Note", account="1234"), [written])) & set(tags_of(written, "12-34", []))


def test_rows_of_numbers_and_rows_without_an_id_have_tags_too():
    assert "Note#7" in tags_of(NOTES, "A", [{"id": 7}, {}, {"id": None}])
    assert tags_of(replace(NOTES, id=None), "A", [{"id": 7}]) == ["Note.account_id", "Note.account_id=A"]


@given(
    steps=st.lists(st.tuples(st.lists(st.sampled_from("xyz"), min_size=1), st.floats(0, 5)), max_size=9),
    began=st.floats(0, 40),
    tags=st.lists(st.sampled_from("wxyz")),
)
def test_drops_since_a_moment_are_those_noted_at_it_or_later(
    steps: list[tuple[list[str], float]], began: float, tags: list[str]
):
    watch, history = Watch(0.0), []
    drops = Invalidations(watch)
    for names, pause in steps:
        watch.seconds += pause
        drops.note(names)
        history += [(watch(), name) for name in names]
    assert drops.since(began, tags) is any(when >= began and name in tags for when, name in history)


def test_where_nobody_could_tell_anything_may_have_been_dropped():
    watch = Watch()
    drops = Invalidations(watch)
    drops.note_all()
    assert drops.since(watch(), ["x"])
    watch.seconds += 1
    assert not drops.since(watch(), ["x"])


def test_what_was_dropped_long_ago_is_forgotten_to_the_safe_side():
    watch = Watch()
    drops = Invalidations(watch)
    for number in range(MOST + 10):
        watch.seconds += 1
        drops.note([str(number)])
    assert len(drops.when) == MOST
    assert drops.since(watch() - MOST - 5, ["never"])
    assert not drops.since(watch() - MOST + 5, ["never"])


def test_what_is_dropped_again_and_again_makes_nothing_else_forgotten():
    watch = Watch()
    drops = Invalidations(watch)
    for number in range(MOST):
        watch.seconds += 1
        drops.note(["often", str(number)])
    assert drops.since(watch(), ["often"])
    assert not drops.since(watch() - 5, ["never"])
