"""Text → a document ready to run: parsed, measured and validated once, and remembered."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
)

from gateway.config.limits import Limits
from gateway.errors import BadInput
from gateway.execution.document_limits import check

Validate = Callable[[DocumentNode], Sequence[GraphQLError]]
MOST_KEPT = 500_000  # characters of documents
MOST_EACH = 50_000


@dataclass(frozen=True, slots=True)
class Document:
    """A document, or why it cannot run."""

    parsed: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    marked: bool = False  # whether any operation has a directive of its own

    def refusal(self, operation: str | None) -> tuple[GraphQLError, ...]:
        """Why this operation of it cannot run; nothing where it can."""
        if self.errors or self.parsed is None or get_operation_ast(self.parsed, operation):
            return self.errors
        if operation:
            return (_said(f"The document has no operation {operation}."),)
        named = [d for d in self.parsed.definitions if isinstance(d, OperationDefinitionNode)]
        if named:
            return (_said("The document has several operations: say operationName."),)
        return (_said("The document has no operation."),)


class Documents:
    """Lives as long as the application. The least used documents are forgotten first."""

    def __init__(self, limits: Limits, validate: Validate) -> None:
        self._limits, self._validate = limits, validate
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._size = 0

    def ready(self, text: str) -> Document:
        """The document of this text."""
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known
        made = self._prepared(text)
        if len(text) <= MOST_EACH:
            self._keep(text, made)
        return made

    def _keep(self, text: str, made: Document) -> None:
        self._kept[text] = made
        self._size += len(text)
        while self._size > MOST_KEPT:
            forgotten, _ = self._kept.popitem(last=False)
            self._size -= len(forgotten)

    def _prepared(self, text: str) -> Document:
        try:
            parsed = parse(text, no_location=False, max_tokens=self._limits.tokens)
            check(parsed, self._limits)
            marked = any(getattr(each, "directives", ()) for each in parsed.definitions)
            return Document(parsed, tuple(self._validate(parsed)), marked)
        except GraphQLSyntaxError as error:
            return Document(None, (error,))
        except BadInput as error:
            return Document(None, (_said(str(error)),))
        except RecursionError:
            return Document(None, (_said("The document is nested too deeply."),))


def _said(sentence: str) -> GraphQLError:
    return GraphQLError(sentence, extensions={"code": BadInput.code})
