"""Every error code, with what it means and how to mend it: the source of ``explain`` and of docs/errors.md."""

from calcinosis_kb.codes.code import Code
from calcinosis_kb.codes.commands import COMMANDS
from calcinosis_kb.codes.inputs import INPUTS

__all__ = ["CODES", "Code"]

CODES: dict[str, Code] = {**INPUTS, **COMMANDS}
"""By code, in order."""
