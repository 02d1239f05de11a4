"""The reference of catalog words is complete."""

from docs.reference import word_reference


def test_every_word_has_a_meaning() -> None:
    assert [(row.table, row.word) for row in word_reference() if not row.meaning] == []


def test_words_have_their_defaults() -> None:
    defaults = {(row.table, row.word): row.default for row in word_reference()}
    assert defaults["sources.NAME", "kind"] == "(required)"
    assert defaults["sources.NAME", "retry"] == "on"
    assert defaults["sources.NAME", "hedge"] == "false"
    assert defaults["sources.NAME", "cache.stale_if_error"] == "3600"
    assert defaults['sources.NAME of kind "rest"', "auth.scope"] == ""
    assert defaults["insights", "returned_reasons"] == '"NSF"'
