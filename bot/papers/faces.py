"""Which face of which font file a paper is set in: Noto Sans CJK, where Debian and others put it.

One collection holds a face for each region: the same character is drawn differently in Hong Kong.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.errors import Misconfigured
from bot.papers.paper import Face

#: faces of the collection: 0 Japan, 1 Korea, 2 mainland, 3 Taiwan, 4 Hong Kong
_FACES: Mapping[str, int] = {"zh_Hans": 2, "zh_Hant": 3, "zh_Hant_HK": 4}
_NAME = "NotoSansCJK-Regular.ttc"
_PLACES = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/local/share/fonts",
)


@cache
def face(locale: str) -> Face:
    """The face for a locale; mainland's for one without a face. Raises Misconfigured where there is no such font."""
    for place in _PLACES:
        path = Path(place) / _NAME
        if path.is_file():
            return Face(path, _FACES.get(locale, _FACES["zh_Hans"]))
    raise Misconfigured(f"{_NAME}: no Chinese font for papers; on Debian: apt install fonts-noto-cjk")
