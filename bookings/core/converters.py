"""What parts of our addresses look like; anything else is no page, and no view ever sees it."""


class ReferenceConverter:
    """A reference as people may type it: two times four letters or digits."""

    regex = "[0-9A-Za-z]{4}-[0-9A-Za-z]{4}"

    def to_python(self, value: str) -> str:
        """In capitals, as it is kept."""
        return value.upper()

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


class WorkwaysIdConverter:
    """A Workways id: 24 hex digits in lower case."""

    regex = "[0-9a-f]{24}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value
