"""Find the folder that holds ``knowledge/`` and ``rules/``: the checkout around a folder, or the package's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Checkout"]

_INSTALLED = "_data"
_MARKS = ("knowledge/terms.yaml", "rules/facts.yaml")
"""Files that every checkout has and an overlay lacks."""


@dataclass(frozen=True)
class Checkout:
    """A folder laid out like the source tree. An installed package has only its knowledge and rules."""

    root: Path

    @classmethod
    def of_package(cls) -> Checkout:
        """Return the data of the package, or the source tree of an editable installation."""
        package = Path(__file__).resolve().parents[1]
        installed = package / _INSTALLED
        return cls(installed if installed.is_dir() else package.parents[1])

    @classmethod
    def around(cls, folder: Path) -> Checkout | None:
        """Return the nearest checkout at or above a folder, or None."""
        here = folder.resolve()
        return next((cls(root) for root in (here, *here.parents) if _is_checkout(root)), None)

    @property
    def is_installed(self) -> bool:
        """Whether it is the data of an installed package, where no new files are written."""
        return self.root.name == _INSTALLED

    @property
    def knowledge(self) -> Path:
        return self.root / "knowledge"

    @property
    def rules(self) -> Path:
        return self.root / "rules"

    @property
    def cases(self) -> Path:
        """The golden cases; an installed package has none."""
        return self.root / "tests" / "cases"


def _is_checkout(folder: Path) -> bool:
    return all((folder / mark).is_file() for mark in _MARKS)
