"""A change has the tags of every answer that its record was or may now be in."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support.cache.cached_sources import NOTES, OTHERS, lookup_of, note

from gateway.cache.tags import Change, concerns, tags_of, tags_of_change
from gateway.contract.batch import Lookup, Row

BY_ID = replace(lookup_of("id", timed=False))
BY_CUSTOMER = lookup_of("customer_id")
LOOKUPS = (BY_ID, NOTES, BY_CUSTOMER, OTHERS)
OWNERS = st.sampled_from(["1", "2", "3"])
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from("abcdef"), **dict.fromkeys(["account_id", "customer_id", "author_id"], OWNERS)}
    ),
    unique_by=lambda row: row["id"],
    max_size=5,
)


def answers_of(records: list[Row]) -> dict[tuple[Lookup, str], list[Row]]:
    """What every lookup says of every key."""
    keys = {BY_ID: "abcdef", NOTES: "123", BY_CUSTOMER: "123", OTHERS: "123"}
    return {
        (lookup, key): [row for row in records if row[lookup.by] == key] for lookup in LOOKUPS for key in keys[lookup]
    }


@given(
    records=RECORDS,
    new=st.fixed_dictionaries(dict.fromkeys(["account_id", "customer_id", "author_id"], OWNERS)),
    name=st.sampled_from("abcdef"),
    fields=st.sets(st.sampled_from(["account", "customer", "author"])),
    deleted=st.booleans(),
)
def test_every_changed_answer_has_a_tag_of_the_change(
    records: list[Row], new: dict[str, str], name: str, fields: set[str], *, deleted: bool
):
    others = [row for row in records if row["id"] != name]
    before, after = answers_of(records), answers_of(others if deleted else [*others, {"id": name, **new}])
    tags = set(tags_of_change(change(name, new, fields), LOOKUPS))
    for (lookup, key), rows in before.items():
        if rows != after[lookup, key]:
            assert tags & set(tags_of(lookup, key, rows)), (lookup.name, key)


def change(name: str, new: dict[str, str], fields: set[str]) -> Change:
    """What a system says of a change: the owners of the record now, as far as it names them."""
    return Change(
        "Note",
        name,
        account=new["account_id"] if "account" in fields else None,
        customer=new["customer_id"] if "customer" in fields else None,
        keys={"author_id": [new["author_id"]]} if "author" in fields else {},
    )


def test_a_change_that_names_all_keys_leaves_other_answers_alone():
    tags = set(tags_of_change(Change("Note", "n1", "A1", "C1", {"author_id": ["W1"]}), LOOKUPS))
    others = [tags_of(lookup, "other", [note("n2")]) for lookup in LOOKUPS]
    assert not any(tags & set(each) for each in others)


def test_a_lookup_whose_key_is_not_named_is_invalidated_whole():
    tags = set(tags_of_change(Change("Note", "n1", account="A1"), LOOKUPS))
    assert tags & set(tags_of(BY_CUSTOMER, "any", []))
    assert not tags & set(tags_of(NOTES, "A2", []))


@given(
    rows=st.lists(st.fixed_dictionaries({"id": st.text(".#=ab", max_size=3)}), max_size=3),
    key=st.text(".#=ab", max_size=3),
    data=st.data(),
)
def test_every_tag_of_an_answer_concerns_its_flight(rows: list[Row], key: str, data: st.DataObject):
    tag = data.draw(st.sampled_from(tags_of(NOTES, key, rows)))
    assert concerns([tag])(NOTES, key)
    if "#" not in tag.partition(".")[0]:
        assert not concerns([tag])(OTHERS, key)
        assert concerns([tag])(NOTES, f"{key}x") is (tag == "Note.account_id")


def test_a_change_has_no_tags_of_other_records():
    tags = set(tags_of_change(Change("Bill", "n1"), [*LOOKUPS, replace(NOTES, record="Bill")]))
    assert not any(tags & set(tags_of(each, "A1", [note("n1")])) for each in LOOKUPS)


def test_keys_of_a_change_keep_the_systems_writing():
    formatted = replace(NOTES, key_format="##-##")
    tags = set(tags_of_change(Change("Note", account="1234"), [formatted]))
    assert tags & set(tags_of(formatted, "12-34", []))


def test_numeric_ids_are_tags_and_missing_ids_are_not():
    assert "Note#7" in tags_of(NOTES, "A", [{"id": 7}, {}, {"id": None}])
    assert tags_of(replace(NOTES, id=None), "A", [{"id": 7}]) == ["Note.account_id", "Note.account_id=A"]
