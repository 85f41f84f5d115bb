"""The page's files, read once at start.

Scripts and styles stand under a folder named by a hash of them all, so that a browser may keep
them for ever and never mixes two versions; within it they import each other by plain names.
"""

import gzip
import hashlib
import html
import json
from pathlib import Path
from string import Template
from typing import Any

from aiohttp import web

from bot import i18n
from bot.channels.webchat import texts

FOLDER = Path(__file__).parent / "page"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Assets:
    """The page and what it loads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._template = Template((folder / "index.html").read_text(encoding="utf-8"))
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        hashed = hashlib.sha256()
        for name, content in self._files.items():
            hashed.update(f"{name}\0{len(content)}\0".encode() + content)
        self.version = hashed.hexdigest()[:16]
        self._small = {name: gzip.compress(content, mtime=0) for name, content in self._files.items()}

    def file(self, request: web.Request) -> web.Response | None:
        """One script, style or picture of this version; None if there is none of that name."""
        name = request.match_info["name"]
        content = self._files.get(name)
        if content is None or request.match_info["version"] != self.version:
            return None
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            content = self._small[name]
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=content, headers=headers, content_type=TYPES[Path(name).suffix], charset="utf-8")

    def page(self, locale: str, facts: dict[str, Any]) -> str:
        """The page in one language, words and all: it is complete before its script runs."""
        with i18n.speaking(locale):
            words = texts.page()
            no_script = texts.no_script()
        known = {"locale": locale, "lang": tag(locale), "words": words, **facts}
        return self._template.substitute(
            {name: html.escape(word) for name, word in words.items()},
            lang=tag(locale),
            static=f"/static/webchat/{self.version}",
            no_script=html.escape(no_script),
            words=_inside_html(known),
        )


def tag(locale: str) -> str:
    """The locale as a browser writes it."""
    return locale.replace("_", "-")


def _inside_html(value: Any) -> str:
    """JSON that no HTML parser takes for markup."""
    written = json.dumps(value, ensure_ascii=False)
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
