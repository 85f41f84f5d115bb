"""The desk's pages as HTML. Everything that is put in is escaped here; there is no other way in."""

import hashlib
import html
import json
from pathlib import Path

from bot import roles
from bot.channels.desk import texts

FOLDER = Path(__file__).parent / "page"
TYPES = {".css": "text/css", ".js": "text/javascript"}


class Assets:
    """Style and scripts, under a folder named by their hash so that browsers may keep them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        self.version = hashlib.sha256(b"\0".join(self._files.values())).hexdigest()[:16]

    def file(self, version: str, name: str) -> tuple[bytes, str] | None:
        """Content and media type of one file of this version, or None."""
        content = self._files.get(name)
        if content is None or version != self.version:
            return None
        return content, TYPES[Path(name).suffix]


class Page:
    """Puts the pages together."""

    def __init__(self, assets: Assets) -> None:
        self._static = f"/desk/static/{assets.version}"

    def desk(self, locale: str, name: str, role: str, csrf: str) -> str:
        """The page of somebody who is in; its script asks for the rest."""
        known = {
            "name": name,
            "role": role,
            "may": roles.allowed(role),
            "csrf": csrf,
            "locale": locale,
            "words": texts.page(locale),
            "values": texts.values(locale),
        }
        written = json.dumps(known, ensure_ascii=False)
        for mark, code in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
            written = written.replace(mark, code)  # JSON that no HTML parser takes for markup
        body = f'<script type="application/json" id="known">{written}</script><div id="desk"></div>'
        return self._document(locale, body, script=True)

    def doorstep(self, locale: str, name: str, phone: tuple[str, str] | None, csrf: str, *, wrong: bool) -> str:
        """Asks for the phone's code; `phone` is (picture as a data: URL, key to type) for somebody who is new."""
        words = {key: html.escape(word) for key, word in texts.door(locale).items()}
        first = ""
        if phone is not None:
            picture, key = (html.escape(part) for part in phone)
            first = (
                f'<p>{words["first_time"]}</p><img class="qr" alt="" src="{picture}">'
                f"<p>{words['key']} <code>{key}</code></p>"
            )
        fault = f'<p class="fault" role="alert">{words["wrong"]}</p>' if wrong else ""
        return self._document(
            locale,
            f'<main class="door"><h1>{words["code_title"]}</h1><p class="soft">{html.escape(name)}</p>{first}{fault}'
            f'<form method="post" action="/desk/enter"><input type="hidden" name="csrf" value="{html.escape(csrf)}">'
            f'<label>{words["code"]} <input name="code" inputmode="numeric" autocomplete="one-time-code" '
            f'maxlength="12" required autofocus></label>'
            f'<button class="main">{words["enter"]}</button></form></main>',
        )

    def refused(self, locale: str) -> str:
        """For a link that was used, is too old, or was never ours."""
        return self._says(locale, "no_entry", "no_entry_is")

    def broken(self, locale: str) -> str:
        """When the database does not answer."""
        return self._says(locale, "broken", "broken_is")

    def _says(self, locale: str, title: str, text: str) -> str:
        words = {key: html.escape(word) for key, word in texts.door(locale).items()}
        return self._document(
            locale,
            f'<main class="door"><h1>{words[title]}</h1><p>{words[text]}</p>'
            f'<p><a href="/desk">{words["again"]}</a></p></main>',
        )

    def _document(self, locale: str, body: str, *, script: bool = False) -> str:
        load = f'<script type="module" src="{self._static}/desk.js"></script>' if script else ""
        return (
            f'<!doctype html><html lang="{"en" if locale == "en" else "zh-Hans"}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
            f"<title>{html.escape(texts.name(locale))}</title>"
            f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{self._static}/desk.css">'
            f"{load}</head><body>{body}</body></html>"
        )
