"""`POST /v1/submissions/{id}/correction-code`: for a family that lost its code and still has its receipt.

An operator may, and the partner who sent the form. Who has lost the receipt as well sends the form anew: it is a second
lineage, and people settle which of the two counts.
"""

import logging
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec import Meta
from starlette.responses import Response

from services.intake.accepting import Acceptor
from services.intake.access import require
from services.intake.asgi import encode
from services.intake.operator.bodies import read_body
from services.intake.problems import Refused
from services.intake.status.routes import StatusDesk
from shared.contracts.envelope import Kind
from shared.runtime.partners import Partner

logger = logging.getLogger(__name__)


class ReissueBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`receipt`: the code or the token, as the family shows it."""

    receipt: Annotated[str, Meta(min_length=16, max_length=600)]


def create_reissue_router(desk: StatusDesk, acceptor: Acceptor) -> APIRouter:
    router = APIRouter()

    async def reissue(
        request: Request, submission: str, partner: Annotated[Partner, Depends(require("operate", "submit"))]
    ) -> Response:
        body = await read_body(request, ReissueBody)
        at, head = await desk.locate(submission, body.receipt)
        theirs = partner.may("operate") or head.sender == partner.sender
        if head.kind not in {Kind.SUBMISSION, Kind.WITHDRAWAL} or not theirs:
            raise Refused("submission-unknown")
        logger.info(
            "correction code shown again submission=%s partition=%d offset=%d by=%s",
            UUID(bytes=head.id),
            at.partition,
            at.offset,
            partner.id,
        )
        said = {
            "id": str(UUID(bytes=head.id)),
            "lineage": str(UUID(bytes=head.lineage)),
            "correction_code": acceptor.correction_code(head),
            "by": partner.id,
        }
        return Response(encode(said), 200, {"cache-control": "no-store"}, "application/json")

    router.add_api_route("/v1/submissions/{submission}/correction-code", reissue, methods=["POST"], response_model=None)
    return router
