"""What all failures have in common."""

from typing import Any, ClassVar


class GatewayError(Exception):
    """A failure with a code that callers may rely on."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    @property
    def extensions(self) -> dict[str, Any]:
        """The failure for programs. Errors of one `cause` need to be shown to people once."""
        return {"code": self.code, "cause": self.code}
