"""What a page loads: scripts, styles and pictures, read once at start.

They stand under a folder named by a hash of them all, so that a browser may keep them for ever and
never mixes two versions; within it they import each other by plain names. Nothing in them is secret.
"""

import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Assets:
    """The files of one page."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        self._small = {name: gzip.compress(content, mtime=0) for name, content in self._files.items()}
        hashed = hashlib.sha256()
        for name, content in self._files.items():
            hashed.update(f"{name}\0{len(content)}\0".encode() + content)
        self.version = hashed.hexdigest()[:16]

    def file(self, request: web.Request, headers: Mapping[str, str] = {}) -> web.Response | None:
        """The file of this version and name that a request asks for; None: there is none."""
        name = request.match_info["name"]
        content = self._files.get(name)
        if content is None or request.match_info["version"] != self.version:
            return None
        sent = {**headers, "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            content = self._small[name]
            sent["Content-Encoding"] = "gzip"
        return web.Response(body=content, headers=sent, content_type=TYPES[Path(name).suffix], charset="utf-8")


def inside_html(value: Any) -> str:
    """JSON that no HTML parser takes for markup."""
    written = json.dumps(value, ensure_ascii=False)
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
