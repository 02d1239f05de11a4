"""Prepared documents: parsed, limited, validated and costed once, then cached by their text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import graphql
from cachetools import LRUCache

from gateway.config.limits import Limits, Mode
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.execution.client_errors import invalid_document
from gateway.limits.checks import breaches_of, document_breaches, refusal
from gateway.limits.cost import OperationCost, compile_costs, operation_name
from gateway.limits.document_size import refuse_repetition
from gateway.limits.model import CostModel
from gateway.telemetry.request_record import Breach

Validate = Callable[[graphql.DocumentNode], Sequence[graphql.GraphQLError]]
MAX_CHARACTERS = 500_000  # of all cached documents
MAX_DOCUMENT_CHARACTERS = 50_000
MAX_TOKENS = 100_000  # whatever the limit is: more would keep the parser busy for seconds
TOO_MANY_TOKENS = re.compile(r"Document contains more than \d+ tokens")


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A valid document, or the errors that keep it from running. `length` is that of its text."""

    length: int
    parsed: graphql.DocumentNode | None
    errors: tuple[graphql.GraphQLError, ...] = ()
    breaches: tuple[Breach, ...] = ()
    costs: Mapping[str, OperationCost] = field(default_factory=dict)

    def operation(self, name: str | None) -> graphql.OperationDefinitionNode | None:
        return graphql.get_operation_ast(self.parsed, name) if self.parsed else None

    def cost(self, name: str | None) -> OperationCost | None:
        """The cost of an operation; None if the document has no such operation, or cannot run."""
        node = self.operation(name)
        return None if node is None else self.costs[operation_name(node)]

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

    def __init__(self, limits: Limits, validate: Validate, model: CostModel) -> None:
        self._limits, self._validate, self._model = limits, validate, model
        self._documents: LRUCache[str, PreparedDocument] = LRUCache(
            MAX_CHARACTERS, getsizeof=lambda document: document.length
        )

    def __contains__(self, text: str) -> bool:
        return text in self._documents

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
            parsed = graphql.parse(text, no_location=False, max_tokens=int(min(self._limits.tokens.bound, MAX_TOKENS)))
            return self._checked(length, parsed)
        except graphql.GraphQLSyntaxError as error:
            return self._unreadable(length, error)
        except BadInput as error:
            return PreparedDocument(length, None, (_refused(error),))
        except RecursionError:
            return PreparedDocument(
                length, None, (_bad_input("The document is nested too deeply.", Reason.DOCUMENT_TOO_DEEP),)
            )

    def _checked(self, length: int, parsed: graphql.DocumentNode) -> PreparedDocument:
        breaches = document_breaches(parsed, self._tokens(length, parsed), self._limits)
        if error := refusal(breaches):
            return PreparedDocument(length, None, (_refused(error),), breaches)
        refuse_repetition(parsed)
        if errors := invalid_document(self._validate(parsed), parsed):
            return PreparedDocument(length, None, errors, breaches)
        return PreparedDocument(length, parsed, (), breaches, compile_costs(self._model, parsed))

    def _tokens(self, length: int, parsed: graphql.DocumentNode) -> int:
        """The tokens of a document, if it may have too many; else 0."""
        limit = self._limits.tokens
        if limit.mode is not Mode.MEASURE or length <= limit.maximum or parsed.loc is None:
            return 0  # the parser has enforced the limit
        token: graphql.Token | None = parsed.loc.start_token
        count = 0
        while token is not None:
            token, count = token.next, count + 1
        return count

    def _unreadable(self, length: int, error: graphql.GraphQLSyntaxError) -> PreparedDocument:
        if not TOO_MANY_TOKENS.match(error.message.removeprefix("Syntax Error: ")):
            return PreparedDocument(length, None, invalid_document([error], None))
        limit = self._limits.tokens
        breaches = breaches_of((limit, limit.maximum + 1))  # where counting ended
        refused = refusal(breaches) or BadInput(
            f"The document is too large: the parser takes at most {MAX_TOKENS} tokens.", Reason.DOCUMENT_TOO_LARGE
        )
        return PreparedDocument(length, None, (_refused(refused),), breaches)


def _bad_input(message: str, reason: Reason) -> graphql.GraphQLError:
    return _refused(BadInput(message, reason))


def _refused(error: BadInput) -> graphql.GraphQLError:
    return graphql.GraphQLError(str(error), extensions=error.extensions)
