"""`/v1/operations`: what operators look at."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.intake.access import require
from services.intake.asgi import encode
from services.intake.operator.stages import Stages
from shared.runtime.partners import Partner


def create_operations_router(stages: Stages) -> APIRouter:
    router = APIRouter()

    async def show_stages(partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        del partner
        return _json(await stages.look())

    async def show_me(partner: Annotated[Partner, Depends(require("read"))]) -> Response:
        """Whose key it is, so that a page can say who acts."""
        return _json({"id": partner.id, "name": partner.name, "scopes": sorted(partner.scopes)})

    for path, endpoint in (("/v1/operations/stages", show_stages), ("/v1/operations/me", show_me)):
        router.add_api_route(path, endpoint, methods=["GET"], response_model=None)
    return router


def _json(body: dict[str, Any]) -> Response:
    return Response(encode(body), 200, {"cache-control": "no-store"}, "application/json")
