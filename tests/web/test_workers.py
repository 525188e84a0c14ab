"""The processes that answer: one that dies takes no request with it."""

from __future__ import annotations

import asyncio
import multiprocessing

import pytest

from calcinosis_kb.web.home import home
from calcinosis_kb.web.patient.routes import first_answer
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.workers import Workers


@pytest.mark.slow
def test_every_request_is_answered_though_the_workers_are_killed() -> None:
    before = set(multiprocessing.active_children())

    async def killed() -> list[str]:
        workers = Workers(Settings(workers=1), first_answer)
        await workers.start()
        (first,) = set(multiprocessing.active_children()) - before
        asked = [asyncio.create_task(workers.run(home)) for _ in range(20)]
        await asyncio.sleep(0)
        first.kill()
        try:
            return await asyncio.gather(*asked)
        finally:
            workers.close()

    pages = asyncio.run(killed())
    assert len(pages) == 20
    assert all(page.startswith("<!doctype html>") for page in pages)
    assert set(multiprocessing.active_children()) == before
