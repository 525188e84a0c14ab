"""Addresses of the maintainer's desk. They exist only on a server that was started with ``--edit``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import CalcinosisError, InputError
from calcinosis_kb.evaluation.revisions import commit_of
from calcinosis_kb.web.maintain.case import case_page, proposed_page, save_case, sent_case
from calcinosis_kb.web.maintain.effect import difference, effect_of, problems_with
from calcinosis_kb.web.maintain.health import code_page, health_page, write_schemas
from calcinosis_kb.web.maintain.jobs import Job, Jobs
from calcinosis_kb.web.maintain.parts import diff_page, job_part
from calcinosis_kb.web.maintain.study import (
    FOLDER,
    Sheet,
    finished_text,
    opened_sheet,
    save_study,
    sent_sheet,
    study_page,
    with_disk,
)
from calcinosis_kb.web.maintain.watch import Watch
from calcinosis_kb.web.pages import workers
from calcinosis_kb.web.patient.routes import sent_fields
from calcinosis_kb.web.service import Service

__all__ = ["router"]

router = APIRouter(prefix="/maintain", include_in_schema=False)


@router.get("")
async def get_health(request: Request) -> HTMLResponse:
    return await page(request, health_page, watch(request).found)


@router.get("/state")
async def get_state(request: Request) -> JSONResponse:
    found = watch(request).found
    return JSONResponse({"number": found.number, "phase": found.phase, "says": str(found)})


@router.get("/code/{code}")
async def get_code(request: Request, code: str) -> HTMLResponse:
    if code not in CODES:
        raise HTTPException(404, "there is no such code")
    return await page(request, code_page, code)


@router.post("/schemas")
async def post_schemas(request: Request) -> Response:
    if watch(request).found.phase != "sound" or request.app.state.settings.overlay is not None:
        raise HTTPException(409, "the schemas are made from sound files, without an overlay")
    await workers(request).run(write_schemas)
    return RedirectResponse("/maintain", 303)


@router.get("/study")
async def get_new_study(request: Request) -> HTMLResponse:
    return await page(request, _opened_page, None, "")


@router.get("/study/{id_}")
async def get_study(request: Request, id_: str) -> HTMLResponse:
    return await page(request, _opened_page, id_, request.query_params.get("said", ""))


@router.post("/study")
async def post_new_study(request: Request) -> Response:
    return await _study(request, None)


@router.post("/study/{id_}")
async def post_study(request: Request, id_: str) -> Response:
    return await _study(request, id_)


@router.post("/effect")
async def post_effect(request: Request) -> HTMLResponse:
    """Begin to find what the study of a form would change, for a script that asks how far that is."""
    fields = await sent_fields(request)
    file = dict(fields).get("file") or None
    sheet = await workers(request).run(sent_sheet, file, fields, "follow")
    if sheet.has_errors or sheet.differ:
        return await page(request, job_part, None)
    return await page(request, job_part, await _effect(request, sheet))


@router.get("/diff")
async def get_diff(request: Request) -> HTMLResponse:
    """Show what changed since a revision; the job for it begins with the first such request, and pages ask for it again."""
    revision = request.query_params.get("rev", "").strip()
    if not revision:
        return await page(request, diff_page, "", None)
    root = request.app.state.settings.checkout.root
    try:
        commit = await asyncio.to_thread(commit_of, root, revision)
    except (InputError, ValueError) as error:  # ValueError: a zero byte
        problems = tuple(error.problems) if isinstance(error, InputError) else ()
        return await page(request, diff_page, revision, None, problems, status=422)
    job = await jobs(request).begin(("diff", revision, commit, watch(request).mark), difference, revision)
    return await page(request, diff_page, revision, job)


@router.get("/case")
async def get_case(request: Request) -> HTMLResponse:
    query = request.query_params
    return await page(
        request, proposed_page, query.get("file", ""), query.getlist("therapy"), SAID.get(query.get("said", ""), "")
    )


@router.post("/case")
async def post_case(request: Request) -> Response:
    """Write a golden case, or check what is to be written."""
    fields = dict(await sent_fields(request))
    case = await workers(request).run(sent_case, fields)
    if fields.get("do") == "write" and not case.problems:
        try:
            written = await workers(request).run(save_case, case)
        except CalcinosisError as error:
            says = "; ".join(f"{problem.message}; {problem.fix}" for problem in error.problems)
            return await page(request, case_page, replace(case, says=f"Not written: {says}."), status=409)
        return RedirectResponse(f"/maintain/case?{urlencode({'file': written, 'said': 'case'})}", 303)
    return await page(request, case_page, case, status=409 if fields.get("do") == "write" else 200)


@router.get("/job/{id_}")
async def get_job(request: Request, id_: str) -> HTMLResponse:
    return await page(request, job_part, jobs(request).find(id_))


@router.post("/job/{id_}/stop")
async def post_stop(request: Request, id_: str) -> Response:
    if jobs(request).find(id_) is not None:
        await jobs(request).stop()
    return Response(status_code=204)


async def _study(request: Request, id_: str | None) -> Response:
    """Do what a button of the form says, and show the study as it is then."""
    fields = await sent_fields(request)
    do = dict(fields).get("do", "follow")
    sheet = await workers(request).run(sent_sheet, id_, fields, do)
    act, _, opened = do.partition(":")
    if sheet.differ:
        return await page(request, study_page, sheet)
    if act == "effect":
        if sheet.has_errors:
            return await page(request, study_page, sheet)
        job = await jobs(request).finished(await _effect(request, sheet))
        return await page(request, study_page, sheet, job=job)
    if act in ("save", "draft"):
        return await _saved(request, replace(sheet, opened=opened or sheet.opened), draft=act == "draft")
    return await page(request, study_page, sheet)


async def _effect(request: Request, sheet: Sheet) -> Job:
    text = await workers(request).run(finished_text, sheet)
    name = f"{FOLDER}/{sheet.id or sheet.written_id}.yaml"
    mark = watch(request).mark
    return await jobs(request).begin(("effect", name, text, mark), effect_of, name, text)


async def _saved(request: Request, sheet: Sheet, *, draft: bool) -> Response:
    """Write a study, unless that would break the base or undo a change of somebody else."""

    async def refused(*says: str, **more: Any) -> HTMLResponse:
        return await page(request, study_page, replace(sheet, says=says, **more), status=409)

    if not sheet.written_id:
        return await refused("Not saved: it has no id yet.")
    if sheet.has_errors and not draft:
        return await refused("Not saved: mend what is wrong first, or save it as a draft, which no answer reads.")
    try:
        if not draft:
            text = await workers(request).run(finished_text, sheet)
            found = await jobs(request).run(problems_with, f"{FOLDER}/{sheet.written_id}.yaml", text)
            if found:
                return await refused(
                    "Not saved: it would break the knowledge. Mend it, or save it as a draft.", problems=found
                )
        written = await workers(request).run(save_study, sheet, draft=draft)
    except CalcinosisError as error:
        if any(problem.code == "CKB104" for problem in error.problems):
            sheet = await workers(request).run(with_disk, sheet)
        return await refused(*(f"Not saved: {problem.message}; {problem.fix}." for problem in error.problems))
    said = "draft" if draft else "saved"
    return RedirectResponse(f"/maintain/study/{PurePosixPath(written).stem}?said={said}", 303)


def _opened_page(service: Service, id_: str | None, said: str) -> str:
    """The page of a study as its file has it. Raises `NotFound`."""
    return study_page(service, opened_sheet(service, id_, SAID.get(said, "")))


SAID = {
    "saved": "Saved. The checks run, and the answers follow.",
    "case": "Written. The checks ask this case from now on.",
    "draft": "Saved as a draft, which no answer reads.",
}
"""What a page says after its file was written."""


def jobs(request: Request) -> Jobs:
    """The long work of this server's pages."""
    found: Jobs = request.app.state.jobs
    return found


def watch(request: Request) -> Watch:
    """What watches the files of this server."""
    found: Watch = request.app.state.watch
    return found


async def page(request: Request, work: Callable[..., str], *args: Any, status: int = 200, **named: Any) -> HTMLResponse:
    """Return the page that a worker renders."""
    return HTMLResponse(await workers(request).run(work, *args, **named), status)
