"""Static files under names that carry a hash of their content, so that browsers may keep them for ever.

Files are read once, at the start: there are few and they are small.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

COMMON: Final = Path(__file__).with_name("static")
"""Files of all services; a service lays its own folder over it."""
_HASH_LENGTH: Final = 10
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_PACKED: Final = frozenset({".css", ".js", ".svg"})


@dataclass(frozen=True, slots=True)
class Asset:
    """`name`: with the hash. `packed`: gzip, None where that saves nothing."""

    name: str
    media_type: str
    body: bytes = field(repr=False)
    packed: bytes | None = field(repr=False)


class Assets:
    """
    Args:
        folders: a file of a later one stands for that of the same name in an earlier one.
        prefix: the path under which `serve` is routed, with `{name}` after it.
    """

    def __init__(self, folders: Sequence[Path], prefix: str = "/static") -> None:
        files = {path.name: path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()}
        self._prefix = prefix
        self._assets: Mapping[str, Asset] = {name: _read(path) for name, path in files.items()}
        self._by_hashed_name = {asset.name: asset for asset in self._assets.values()}

    def url(self, name: str) -> str:
        """Where a file is, given its plain name. Raises KeyError."""
        return f"{self._prefix}/{self._assets[name].name}"

    def size(self, name: str) -> int:
        """Bytes over the wire."""
        asset = self._assets[name]
        return len(asset.body if asset.packed is None else asset.packed)

    def text(self, name: str) -> str:
        return self._assets[name].body.decode()

    async def serve(self, request: Request) -> Response:
        asset = self._by_hashed_name.get(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("not found\n", 404)
        headers = {"cache-control": _FOR_EVER, "vary": "accept-encoding"}
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, 200, {**headers, "content-encoding": "gzip"}, asset.media_type)
        return Response(asset.body, 200, headers, asset.media_type)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in _PACKED else None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(f"{path.stem}.{digest}{path.suffix}", media_type, body, packed)
