"""HTTP around a document: entity tags, how long it may be kept, and problems in the reader's language."""

import hashlib
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from services.dashboard.api.documents import Json
from shared.web.languages import Language, negotiate

CACHE: Final = "public, max-age=1, stale-while-revalidate=5"
"""Figures move once a second at most."""

_PROBLEMS: Final[dict[str, tuple[int, dict[Language, str], dict[Language, str]]]] = {
    "region-unknown": (
        404,
        {"id": "Wilayah itu tidak ada", "en": "There is no such region"},
        {"id": "Periksa kodenya; lihat /api/v1/regions/00/children.", "en": "Check the code; see /api/v1/regions/00/children."},
    ),
    "agency-unknown": (
        404,
        {"id": "Tidak ada angka untuk instansi itu", "en": "Nothing is shown of such an agency"},
        {"id": "Lihat /api/v1/agencies.", "en": "See /api/v1/agencies."},
    ),
    "key-missing": (
        401,
        {"id": "Kunci diperlukan", "en": "A key is needed"},
        {"id": "Kirim header Authorization: Bearer.", "en": "Send the header Authorization: Bearer."},
    ),
    "key-unknown": (
        401,
        {"id": "Kunci itu tidak berlaku", "en": "That key is not valid"},
        {"id": "Mintalah kunci baru.", "en": "Ask for a new key."},
    ),
    "scope-missing": (
        403,
        {"id": "Kunci itu tidak untuk instansi ini", "en": "That key is not for this agency"},
        {"id": "Gunakan kunci instansi ini.", "en": "Use this agency's key."},
    ),
    "not-closed": (
        404,
        {"id": "Sensus belum ditutup", "en": "The census is not closed yet"},
        {"id": "Angka akhir ada setelah sensus ditutup.", "en": "There are final figures once it is closed."},
    ),
    "unavailable": (
        503,
        {"id": "Angka tidak dapat dibaca sekarang", "en": "The figures cannot be read now"},
        {"id": "Coba lagi sebentar lagi.", "en": "Try again shortly."},
    ),
}  # fmt: skip


def json_answer(request: Request, document: Json) -> Response:
    return _answer(request, msgspec.json.encode(document), "application/json")


def bytes_answer(request: Request, body: bytes) -> Response:
    """JSON that must not be written anew: it is signed."""
    return _answer(request, body, "application/json")


def csv_answer(request: Request, text: str, name: str) -> Response:
    answer = _answer(request, text.encode(), "text/csv; charset=utf-8")
    answer.headers["content-disposition"] = f'inline; filename="{name}.csv"'
    return answer


def problem(request: Request, code: str) -> Response:
    """RFC 9457. What was asked for is not repeated: people paste card numbers anywhere."""
    status, title, detail = _PROBLEMS[code]
    language = negotiate(request.headers.get("accept-language", ""))
    body = {
        "type": f"/problems/{code}",
        "title": title[language],
        "status": status,
        "detail": detail[language],
        "code": code,
    }
    headers = {"content-language": language, "cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="cacah"'
    if status == 503:
        headers["retry-after"] = "2"
    return Response(msgspec.json.encode(body), status, headers, "application/problem+json")


def _answer(request: Request, body: bytes, media_type: str) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": CACHE, "access-control-allow-origin": "*"}
    if tag in (each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media_type)
