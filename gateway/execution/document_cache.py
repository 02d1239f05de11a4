"""Prepared documents: parsed, limited and validated once, then cached by their text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
)

from gateway.config.query_rules import DocumentLimits
from gateway.errors import BadInput
from gateway.execution.document_limits import check_limits

Validate = Callable[[DocumentNode], Sequence[GraphQLError]]
MAX_CHARACTERS = 500_000  # of all cached documents
MAX_DOCUMENT_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A valid document, or the errors that keep it from running. `length` is that of its text."""

    length: int
    parsed: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        return get_operation_ast(self.parsed, name) if self.parsed else None

    def errors_for(self, name: str | None) -> tuple[GraphQLError, ...]:
        """The errors that keep an operation of the document from running."""
        if self.parsed is None or self.operation(name):
            return self.errors
        if name:
            return (_bad_input(f"The document has no operation {name}."),)
        if any(isinstance(node, OperationDefinitionNode) for node in self.parsed.definitions):
            return (_bad_input("The document has several operations: set `operationName`."),)
        return (_bad_input("The document has no operation."),)


class DocumentCache:
    """The documents used last, for the lifetime of the application."""

    def __init__(self, limits: DocumentLimits, validate: Validate) -> None:
        self._limits, self._validate = limits, validate
        self._documents: LRUCache[str, PreparedDocument] = LRUCache(
            MAX_CHARACTERS, getsizeof=lambda document: document.length
        )

    def get(self, text: str) -> PreparedDocument:
        """The document of a text, prepared if it is new."""
        document = self._documents.get(text)
        if document is None:
            document = self._prepare(text)
            if document.length <= MAX_DOCUMENT_CHARACTERS:
                self._documents[text] = document
        return document

    def _prepare(self, text: str) -> PreparedDocument:
        length = len(text)
        try:
            parsed = parse(text, no_location=False, max_tokens=self._limits.max_tokens)
            check_limits(parsed, self._limits)
            errors = tuple(self._validate(parsed))
            return PreparedDocument(length, None if errors else parsed, errors)
        except GraphQLSyntaxError as error:
            return PreparedDocument(length, None, (error,))
        except BadInput as error:
            return PreparedDocument(length, None, (_bad_input(str(error)),))
        except RecursionError:
            return PreparedDocument(length, None, (_bad_input("The document is nested too deeply."),))


def _bad_input(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": BadInput.code})
