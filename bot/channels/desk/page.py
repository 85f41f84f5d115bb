"""The desk's pages as HTML. Everything that is put in is escaped here; there is no other way in."""

import html
from pathlib import Path

from bot import roles
from bot.channels.assets import inside_html
from bot.channels.desk import texts

FOLDER = Path(__file__).parent / "page"


class Page:
    """Puts the pages together."""

    def __init__(self, version: str) -> None:
        self._static = f"/desk/static/{version}"

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
        body = f'<script type="application/json" id="known">{inside_html(known)}</script><div id="desk"></div>'
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
