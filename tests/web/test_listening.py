"""The server listens on this computer only, unless an address says otherwise."""

from __future__ import annotations

from multiprocessing.context import BaseContext
from unittest.mock import patch

import pytest

from calcinosis_kb.cli.serve import LOOPBACK, listen
from calcinosis_kb.errors import InputError
from calcinosis_kb.web.workers import shares_locks
from commandline import call


@pytest.mark.parametrize("host", [LOOPBACK, "0.0.0.0", "::1"])
def test_it_listens_on_the_address_that_it_is_given(host: str) -> None:
    with listen(host, 0) as listening:
        assert listening.getsockname()[0] == host


def test_a_port_that_is_taken_and_an_address_of_another_computer_are_told() -> None:
    with listen(LOOPBACK, 0) as listening:
        listening.listen()
        with pytest.raises(InputError, match="CKB100"):
            listen(LOOPBACK, listening.getsockname()[1])
    with pytest.raises(InputError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)


@pytest.mark.parametrize("host", ["localhost", "kb.hospital.example", "0.0.0.0:80", ""])
def test_what_is_no_address_is_refused_before_anything_is_read(host: str) -> None:
    done = call("serve", "--no-open", "--host", host)
    assert done.returncode == 2
    assert "is not an address" in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    "fault", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file"), ImportError()]
)
def test_a_computer_on_which_processes_share_nothing_is_known(fault: Exception) -> None:
    assert shares_locks()
    with patch.object(BaseContext, "Lock", side_effect=fault):
        assert not shares_locks()
