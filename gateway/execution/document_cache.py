"""Prepared documents: parsed, limited and validated once, then cached by their text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import graphql
from cachetools import LRUCache

from gateway.config.query_rules import DocumentLimits
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.execution.client_errors import invalid_document
from gateway.execution.document_limits import check_limits

Validate = Callable[[graphql.DocumentNode], Sequence[graphql.GraphQLError]]
MAX_CHARACTERS = 500_000  # of all cached documents
MAX_DOCUMENT_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A valid document, or the errors that keep it from running. `length` is that of its text."""

    length: int
    parsed: graphql.DocumentNode | None
    errors: tuple[graphql.GraphQLError, ...] = ()

    def operation(self, name: str | None) -> graphql.OperationDefinitionNode | None:
        return graphql.get_operation_ast(self.parsed, name) if self.parsed else None

    def errors_for(self, name: str | None) -> tuple[graphql.GraphQLError, ...]:
        """The errors that keep an operation of the document from running."""
        if self.parsed is None or self.operation(name):
            return self.errors
        if name:
            return (_bad_input(f"The document has no operation {name}.", Reason.UNKNOWN_OPERATION),)
        if any(isinstance(node, graphql.OperationDefinitionNode) for node in self.parsed.definitions):
            return (_bad_input("The document has several operations: set `operationName`.", Reason.UNKNOWN_OPERATION),)
        return (_bad_input("The document has no operation.", Reason.UNKNOWN_OPERATION),)


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
            parsed = graphql.parse(text, no_location=False, max_tokens=self._limits.max_tokens)
            check_limits(parsed, self._limits)
            errors = invalid_document(self._validate(parsed), parsed)
            return PreparedDocument(length, None if errors else parsed, errors)
        except graphql.GraphQLSyntaxError as error:
            return PreparedDocument(length, None, invalid_document([error], None))
        except BadInput as error:
            return PreparedDocument(length, None, (_refused(error),))
        except RecursionError:
            return PreparedDocument(
                length, None, (_bad_input("The document is nested too deeply.", Reason.DOCUMENT_TOO_DEEP),)
            )


def _bad_input(message: str, reason: Reason) -> graphql.GraphQLError:
    return _refused(BadInput(message, reason))


def _refused(error: BadInput) -> graphql.GraphQLError:
    return graphql.GraphQLError(str(error), extensions=error.extensions)
