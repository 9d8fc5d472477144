"""`/api/uploads`: files over the network, in as many pieces as it takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from playhead.agent.server.refusals import ConflictError
from playhead.agent.server.room import Here
from playhead.agent.server.uploads import progress

router = APIRouter(prefix="/api/uploads", tags=["uploads"])


class File(BaseModel):
    """A file that is about to come."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=1000)]
    size: int


@router.post("", status_code=201)
async def begin(file: File, room: Here) -> dict[str, Any]:
    """Announce a file."""
    return progress(room.uploads.begin(file.name, file.size), 0)


@router.patch("/{upload_id}")
async def write(
    upload_id: str, request: Request, room: Here, upload_offset: Annotated[int, Header(ge=0)]
) -> dict[str, Any]:
    """The next bytes; after the last the file is indexed, and `job` says by which job."""
    try:
        here = await room.uploads.write(upload_id, upload_offset, request.stream())
    except ClientDisconnect as error:
        raise ConflictError("the connection broke; what came is kept", "go on where HEAD says") from error
    upload, _ = room.uploads.find(upload_id)
    if here < upload.size:
        return {"offset": here, "job": None}
    return {"offset": here, "job": asdict(await room.take(upload))}


@router.head("/{upload_id}")
async def where(upload_id: str, room: Here) -> Response:
    """Where to go on."""
    upload, here = room.uploads.find(upload_id)
    return Response(headers={"Upload-Offset": str(here), "Upload-Length": str(upload.size)})


@router.delete("/{upload_id}")
async def give_up(upload_id: str, room: Here) -> dict[str, Any]:
    """Throw away what came so far."""
    upload, _ = room.uploads.find(upload_id)
    room.uploads.forget(upload.id)
    return {"removed": upload.id}
