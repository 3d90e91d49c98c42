"""The dashboard's routes, without a server or a MongoDB."""

import pytest

from services.dashboard.app import create_app
from services.dashboard.wiring import wire
from tests.web import Browser


class Fixed:
    def __init__(self, *, reachable: bool) -> None:
        self._reachable = reachable

    async def reachable(self) -> bool:
        return self._reachable


@pytest.mark.parametrize(("reachable", "status"), [(True, 200), (False, 503)])
def test_it_is_ready_when_the_figures_can_be_read(*, reachable: bool, status: int) -> None:
    browser = Browser(create_app(wire(Fixed(reachable=reachable))))
    assert browser.get("/readyz").status_code == status
    assert browser.get("/livez").status_code == 200


def test_its_pages_are_in_two_languages() -> None:
    browser = Browser(create_app(wire(Fixed(reachable=True))))
    assert '<html lang="id"' in browser.get("/id/").text
    assert '<html lang="en"' in browser.get("/en/").text
    assert browser.get("/", headers={"accept-language": "en"}).headers["location"] == "/en/"
