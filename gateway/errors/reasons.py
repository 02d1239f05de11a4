"""Codes and reasons of errors. The value of each is its meaning, which docs/front-end.md shows."""

from enum import Enum


class Code(Enum):
    """The codes that callers may rely on, and what each means to them."""

    SOURCE_DOWN = "the system could not be reached, or answered with a server error"
    SOURCE_TIMEOUT = "the system did not answer in time"
    SOURCE_FORBIDDEN = "the system refused the gateway's own login"
    SOURCE_MISREAD = (
        "the system answered, but the answer cannot be trusted: wrong shape, wrong type, contradictory rows"
    )
    FORBIDDEN = "your credential lacks `scope`; nothing was asked for that needs it"
    SOURCE_NOT_CONFIGURED = "the utility has no such system"
    BAD_INPUT = "the request is wrong; `reason` says how, the message how to mend it"
    UNAUTHENTICATED = "the credential is missing or wrong (HTTP 401 with `WWW-Authenticate`)"
    OVERLOADED = (
        "the gateway has too many requests at once (HTTP 503 with `Retry-After`), "
        "or was too busy to ask the system in time"
    )
    RATE_LIMITED = (
        "your queries have cost too many points in the last minute (HTTP 429 with `Retry-After`); "
        "`retryAfterSeconds` says when this one can run. Or you have revealed masked values too often within an hour"
    )
    UNAVAILABLE = (
        "the gateway cannot reach its own store, which has keys and the audit (HTTP 503 with `Retry-After`, if "
        "the credential cannot be checked)"
    )
    TOO_LARGE = "the request body is too large (HTTP 413)"
    TOO_LATE = "the request body (HTTP 408), or the answer, was not complete in time"
    INTERNAL_SERVER_ERROR = "a bug in the gateway; report `requestId`, which finds it in the gateway's log"


class Reason(Enum):
    """The reasons of BAD_INPUT, and what each means."""

    INVALID_ARGUMENT = "the argument has a value that is not accepted"
    INVALID_VALUE = "a value is not of its type; a day, instant, decimal or URL costs only its field"
    INVALID_VARIABLE = "a variable is missing, or not of its type; nothing ran"
    INVALID_ID = "the text is not an id of this graph"
    WRONG_ID_TYPE = "the id is of another type"
    NOT_OF_CUSTOMER = "the account belongs to another customer"
    TOO_MANY_IDS = "more ids than `limit` at once"
    ONE_ARGUMENT_NEEDED = "exactly one of several arguments is needed"
    ARGUMENTS_CONFLICT = "two arguments exclude each other"
    PAGE_TOO_LARGE = "`first` is above `limit`"
    PAGE_TOO_SMALL = "`first` is below `limit`"
    INVALID_CURSOR = "the text is not a cursor"
    FOREIGN_CURSOR = "the cursor belongs to another list, filter, order, range or account"
    EXPIRED_CURSOR = "the cursor begins on a day that cannot be searched"
    RANGE_REVERSED = "`since` is after `until`"
    RANGE_OUTSIDE_CALENDAR = "the range has days before the year 1 or after 9999"
    RANGE_IN_FUTURE = "the range ends after `limit`"
    RANGE_TOO_EARLY = "the range begins before `limit`"
    RANGE_TOO_SHORT = "the range has fewer than `limit` months"
    RANGE_TOO_LONG = "the range has more than `limit` days or months (`limitUnit`)"
    EMPTY_FILTER = "a list of a filter is empty; leave it out to have all entries"
    LIST_TOO_LONG = "the list has more than `limit` entries, and so cannot begin with the oldest"
    CRITERION_NEEDED = "a search needs a criterion"
    CRITERION_TOO_SHORT = "the criterion has fewer than `limit` letters or digits"
    CRITERION_TOO_LONG = "the criterion has more than `limit` letters or digits, or too many words"
    NOT_SEARCHABLE = "the utility has no index of this criterion"
    TOO_MANY_HITS = "more than `limit` records fit"
    UNIT_DOES_NOT_ADD_UP = "readings of this unit have no sum"
    UNKNOWN_LOCALE = "texts cannot be formatted for this locale"
    INVALID_DOCUMENT = "the document is not valid for the schema; nothing ran"
    UNKNOWN_OPERATION = "the document has no such operation, or several; nothing ran"
    DOCUMENT_TOO_LARGE = "the document has more than `limit` of what `limitName` counts; nothing ran"
    DOCUMENT_TOO_DEEP = "the document has more than `limit` levels; nothing ran"
    COST_TOO_HIGH = "the operation is estimated to cost more than `limit` points; nothing ran"
    ANSWER_TOO_LARGE = "the answer has more than `limit` objects, or bytes"
    INVALID_REQUEST = "a header, the body or a parameter is not as GraphQL over HTTP has it; nothing ran"
