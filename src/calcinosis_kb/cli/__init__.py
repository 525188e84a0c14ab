"""The command line: one file per command, imported when the command is called."""

from __future__ import annotations

import gc
import os

from calcinosis_kb.cli.app import app
from calcinosis_kb.cli.completion import as_shell_splits, rejoin_words
from calcinosis_kb.cli.streams import open_streams

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of ``calcinosis-kb``: exit code 0 done, 1 done with findings, 2 bad input, 3 internal fault."""
    # Pydantic would look through every installed distribution for plugins: 15 ms of each start, for nothing.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # OpenBLAS, which numpy loads and nothing here uses, takes memory for each processor, and ends the process where there is none.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A command lives for a fraction of a second and keeps all that it loads; looking for garbage costs a tenth of it.
    gc.disable()
    open_streams()
    rejoin_words()
    try:
        with as_shell_splits():
            app(prog_name="calcinosis-kb")
    finally:
        # Python looks through everything once more when it exits; what is frozen it leaves alone.
        gc.freeze()
