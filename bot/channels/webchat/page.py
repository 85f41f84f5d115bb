"""The page of the web chat as HTML: complete, words and all, before its script runs."""

import html
from pathlib import Path
from string import Template
from typing import Any

from bot import i18n
from bot.channels.assets import inside_html
from bot.channels.webchat import texts

FOLDER = Path(__file__).parent / "page"


class Page:
    """The page in every language."""

    def __init__(self, version: str) -> None:
        self._template = Template((FOLDER / "index.html").read_text(encoding="utf-8"))
        self._static = f"/static/webchat/{version}"

    def html(self, locale: str, facts: dict[str, Any]) -> str:
        """The page in one language."""
        with i18n.speaking(locale):
            words = texts.page()
            no_script = texts.no_script()
        known = {"locale": locale, "lang": tag(locale), "words": words, **facts}
        return self._template.substitute(
            {name: html.escape(word) for name, word in words.items()},
            lang=tag(locale),
            static=self._static,
            no_script=html.escape(no_script),
            words=inside_html(known),
        )


def tag(locale: str) -> str:
    """The locale as a browser writes it."""
    return locale.replace("_", "-")
