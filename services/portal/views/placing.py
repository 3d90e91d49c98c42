"""An address: province, regency, district and village one after the other, then what is below the village."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.checking import Finding
from services.portal.form.choosing import choice_under, narrowed
from services.portal.form.controls import controls
from services.portal.form.draft import Draft, value_at, with_answers
from services.portal.form.pages import Page
from services.portal.form.reading import read_answers, text_of
from services.portal.sessions.visit import Visit
from services.portal.site import Posted, Site, language_of
from services.portal.texts import text
from services.portal.views.asking import back, linked, person_name, returns, with_draft
from shared.domain.regions import NATION

_VILLAGE = "village"


class Placing:
    def __init__(self, site: Site) -> None:
        self._site = site

    def show(
        self,
        request: Request,
        visit: Visit,
        draft: Draft,
        page: Page,
        *,
        posted: Posted | None = None,
        errors: tuple[Finding, ...] = (),
    ) -> Response:
        language = language_of(request)
        choice = choice_under(_so_far(draft, page))
        shown = controls(self._site.way, page, draft.document, language, posted=posted, errors=errors)
        name = person_name(draft, page, language)
        title = text("address-own", language, name=name) if name else text("address-family", language)
        village = value_at(draft.document, f"{page.base}/{_VILLAGE}")
        return self._site.render(
            request,
            "address.html",
            title=title,
            visit=visit,
            status=422 if errors else 200,
            page=page,
            choice=choice,
            selected=village if posted is None else posted.get("region", ""),
            controls=shown,
            errors=errors,
            summary=linked(errors, {_VILLAGE: "region", **{control.name: control.id for control in shown}}),
            back=back(self._site, request, draft, page),
            returning="check" if returns(request, posted) else "",
        )

    def answer(self, request: Request, visit: Visit, draft: Draft, page: Page, posted: Posted) -> Response:
        if "again" in posted:
            return self._narrowed(request, visit, draft, page, posted["again"] or NATION)
        if posted.get("action") == "save":
            return self._site.go(request, "save", visit)
        region = text_of(posted, "region")
        if narrowed(region):
            return self._narrowed(request, visit, draft, page, region)
        candidate = with_answers(draft, page.base, {**read_answers(page.places, posted), _VILLAGE: region}, page.slug)
        found = self._site.checker.page(candidate, page, language_of(request))
        if not region:
            return self.show(request, visit, draft, page, posted=posted, errors=(_nothing_chosen(page, request),))
        if found.errors:
            return self.show(request, visit, draft, page, posted=posted, errors=found.errors)
        following = self._site.way.after(candidate, page)
        to_check = returns(request, posted) and (following in {"people", "check"} or following in candidate.done)
        return self._site.go(request, f"form/{'check' if to_check else following}", with_draft(visit, candidate))

    def _narrowed(self, request: Request, visit: Visit, draft: Draft, page: Page, code: str) -> Response:
        regions = {**draft.regions, page.slug: code}
        origin = "?from=check" if request.query_params.get("from") == "check" else ""
        return self._site.go(
            request, f"form/{page.slug}{origin}", with_draft(visit, msgspec.structs.replace(draft, regions=regions))
        )


def _so_far(draft: Draft, page: Page) -> str:
    village: str = value_at(draft.document, f"{page.base}/{_VILLAGE}") or ""
    return draft.regions.get(page.slug) or village.rpartition(".")[0] or NATION


def _nothing_chosen(page: Page, request: Request) -> Finding:
    language = language_of(request)
    return Finding(
        f"{page.base}/{_VILLAGE}",
        "nothing-chosen",
        text("choose-missing", language),
        text("choose-remedy", language),
    )
