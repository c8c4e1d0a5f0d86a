"""The one exception that a user is meant to see."""

FOUND, BAD = 1, 2  # exit codes of the command line: something is wrong, bad input


class KGError(Exception):
    """Bad input, told as one clear message; the command line exits with code BAD.

    Attributes:
        message: what is wrong, one sentence.
        place: file and line (from 1; 0 when only the file is known), if there is one.
        hint: what to do about it, if that can be said.
    """

    def __init__(
        self, message: str, place: tuple[str, int] | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        """The message with its place before it and the hint on a line of its own."""
        where = ""
        if self.place:
            file, line = self.place
            where = f"{file}:{line}: " if line else f"{file}: "
        return f"{where}{self.message}" + (f"\n  {self.hint}" if self.hint else "")
