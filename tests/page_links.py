"""The links of a page, as a reader follows them."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["Links"]

_ADDRESSES = ("href", "src", "action", "data-index")


class Links(HTMLParser):
    """The addresses that a page names, in their order, and the ids by which it can be entered."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        given = dict(attrs)
        self.addresses.extend(address for name in _ADDRESSES if (address := given.get(name)) is not None)
        if given.get("id"):
            self.ids.append(given["id"] or "")

    @property
    def internal(self) -> list[str]:
        """The addresses of the same site."""
        return [address for address in self.addresses if not address.startswith(("http://", "https://", "data:"))]
