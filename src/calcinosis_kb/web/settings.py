"""How one server was started."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.rules.engine import ENGINES, EngineName

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """Everything that the processes of a server need to know.

    ``knowledge`` and ``rules`` are folders, of the package if None. ``port`` is the one that is listened on; ``public_url`` the address
    of a reverse proxy before it, without a slash at its end. ``token`` must accompany every request that sends or writes something
    (see `guard`). ``edit`` allows the maintainer's pages, which read and write files of the checkout.
    """

    knowledge: Path | None = None
    rules: Path | None = None
    overlay: Path | None = None
    engines: tuple[EngineName, ...] = ENGINES
    port: int = 0
    public_url: str | None = None
    token: str = field(default_factory=token_urlsafe, repr=False)
    edit: bool = False
    allow_origins: tuple[str, ...] = ()
    """Origins whose pages may call the CDS Hooks service from a browser."""
    feedback: Path | None = None
    """Where feedback on cards is kept; without it none is."""
    keys: Path | None = None
    """The keys of the record systems that may call the CDS Hooks service (a JWK Set); without it anyone who reaches it may."""
    workers: int = 2
    """Processes that answer; with 0 one thread of the server itself does."""

    @property
    def checkout(self) -> Checkout:
        """The folder that holds the knowledge and the golden cases."""
        return Checkout(self.knowledge.parent) if self.knowledge else Checkout.of_package()

    @property
    def address(self) -> str:
        """The address of the server for this computer, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """The values of the Host header that are answered: a foreign name that resolves to this computer is not one (DNS rebinding)."""
        own = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        return frozenset(own | ({self.public_url.partition("://")[2]} if self.public_url else set()))

    @property
    def origins(self) -> frozenset[str]:
        """The values of the Origin header of this server's own pages."""
        own = {f"http://{host}" for host in self.hosts}
        return frozenset(own | ({self.public_url} if self.public_url else set()))
