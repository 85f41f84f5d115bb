"""A person in Telegram, as updates and calls of the Bot API; our own server stands where Telegram would."""

from tests.fakes.botapi import BotApi, Message
from tests.journeys.side import Screen, Side


class Chatter(Side):
    """Somebody in a private chat with the bot. What the bot says comes in order, asked for or not."""

    def __init__(self, api: BotApi, number: int, language: str) -> None:
        super().__init__()
        self.api = api
        self._person = api.person(number, language=language)

    async def comes(self) -> Screen:
        """Press the start button."""
        return await self.says("/start")

    async def says(self, text: str) -> Screen:
        """Type something."""
        await self.sends_words(text)
        return await self.told()

    async def sends_words(self, text: str) -> None:
        """Type something, and wait for no answer."""
        await self.breathes()
        await self._person.says(text)

    async def taps(self, wanted: str) -> Screen:
        """Tap a button."""
        screen, (_label, token) = self.button(wanted)
        message = screen.where
        assert isinstance(message, Message)
        await self.breathes()
        await self._person.taps_token(message, token)
        return await self.told()

    async def sends(self, name: str, content: bytes) -> Screen:
        """Send a file."""
        await self.breathes()
        await self._person.sends_document(name, content)
        return await self.told()

    async def told(self) -> Screen:
        """The next thing the bot says."""
        message = await self._person.hears()
        assert message.document is None
        self.heard.append(_screen(message))
        return self.screen

    async def paper(self) -> bytes:
        """The file that follows the words."""
        message = await self._person.hears()
        assert message.document is not None
        return message.document[1]

    async def sees_picture(self) -> bytes:
        """The next picture, which follows its words."""
        await self.told()
        return await self.paper()

    async def looks_back(self) -> None:
        """Nothing was left unheard, no tap acknowledged twice, and nothing was refused."""
        await self.api.until(lambda: not self.api.pending)
        assert len(self.api.said[self._person.number]) == self._person._heard
        assert len(self.api.answered) == len(set(self.api.answered))
        assert [call for call in self.api.calls if call.refused] == []


def _screen(message: Message) -> Screen:
    buttons = [button for row in message.rows for button in row]
    return Screen(
        title=message.bold,
        text=message.text.removeprefix(message.bold).strip(),
        buttons=tuple((b["text"], b["callback_data"]) for b in buttons if "callback_data" in b),
        copies=tuple(b["copy_text"]["text"] for b in buttons if "copy_text" in b),
        where=message,
    )
