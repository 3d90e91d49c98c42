"""The list of people: who is in the form, who is added, who is taken out."""

from starlette.requests import Request
from starlette.responses import Response

from services.portal.form.draft import without_person
from services.portal.site import Missing, Site, language_of
from services.portal.texts import text
from services.portal.views.asking import draft_of, with_draft


class People:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: Request) -> Response:
        visit = self._site.visit(request)
        draft = draft_of(visit)
        if draft.tried:
            return self._site.go(request, "form/check", visit)
        people = [(person, record.get("name", "")) for person, record in zip(draft.people, draft.members, strict=True)]
        return self._site.render(
            request,
            "people.html",
            title=text("people-title", language_of(request)),
            visit=visit,
            people=people,
            following=draft.next_person,
            full=draft.full,
            onward="check" if "housing" in draft.done else "housing",
        )

    async def doubt(self, request: Request) -> Response:
        """Asks whether somebody is to be taken out. Raises Missing where nobody is there."""
        visit = self._site.visit(request)
        draft = draft_of(visit)
        person = int(request.path_params["person"])
        if person not in draft.people:
            raise Missing
        name = draft.members[draft.index(person)].get("name", "")
        title = text("remove-title", language_of(request), name=name)
        return self._site.render(request, "remove.html", title=title, visit=visit, person=person)

    async def remove(self, request: Request) -> Response:
        """A repeat takes nobody else out."""
        visit = self._site.visit(request)
        draft = draft_of(visit)
        await self._site.posted(request, visit)
        if draft.tried:
            return self._site.go(request, "form/check", visit)
        fewer = without_person(draft, int(request.path_params["person"]))
        return self._site.go(request, "form/people", with_draft(visit, fewer))
