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

from gateway.config.document_limits import DocumentLimits
from gateway.errors import BadInput
from gateway.execution.document_limits import check_limits

Validate = Callable[[DocumentNode], Sequence[GraphQLError]]
MAX_CHARACTERS = 500_000  # characters of documents
MAX_DOCUMENT_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document, or why it cannot run."""

    parsed: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    has_directives: bool = False  # whether any operation has a directive of its own

    def errors_for(self, operation: str | None) -> tuple[GraphQLError, ...]:
        """Why this operation of it cannot run; nothing where it can."""
        if self.errors or self.parsed is None or get_operation_ast(self.parsed, operation):
            return self.errors
        if operation:
            return (_said(f"The document has no operation {operation}."),)
        named = [d for d in self.parsed.definitions if isinstance(d, OperationDefinitionNode)]
        if named:
            return (_said("The document has several operations: say operationName."),)
        return (_said("The document has no operation."),)


class DocumentCache:
    """Lives as long as the application. The least used documents are forgotten first."""

    def __init__(self, limits: DocumentLimits, validate: Validate) -> None:
        self._limits, self._validate = limits, validate
        self._kept: OrderedDict[str, PreparedDocument] = OrderedDict()
        self._size = 0

    def get(self, text: str) -> PreparedDocument:
        """The document of this text."""
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known
        made = self._prepared(text)
        if len(text) <= MAX_DOCUMENT_CHARACTERS:
            self._keep(text, made)
        return made

    def _keep(self, text: str, made: PreparedDocument) -> None:
        self._kept[text] = made
        self._size += len(text)
        while self._size > MAX_CHARACTERS:
            forgotten, _ = self._kept.popitem(last=False)
            self._size -= len(forgotten)

    def _prepared(self, text: str) -> PreparedDocument:
        try:
            parsed = parse(text, no_location=False, max_tokens=self._limits.max_tokens)
            check_limits(parsed, self._limits)
            marked = any(getattr(each, "directives", ()) for each in parsed.definitions)
            return PreparedDocument(parsed, tuple(self._validate(parsed)), marked)
        except GraphQLSyntaxError as error:
            return PreparedDocument(None, (error,))
        except BadInput as error:
            return PreparedDocument(None, (_said(str(error)),))
        except RecursionError:
            return PreparedDocument(None, (_said("The document is nested too deeply."),))


def _said(sentence: str) -> GraphQLError:
    return GraphQLError(sentence, extensions={"code": BadInput.code})
