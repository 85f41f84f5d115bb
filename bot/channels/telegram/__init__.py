"""Telegram: private chats with the bot, by webhook or by long polling.

Importing this package imports aiogram, lazily; so `app.py` MUST import it only when a bot token
is set: without Telegram those seconds and megabytes are not spent.

    reader   an update as JSON -> what a person did     door     webhook and polling
    render   a reply -> Bot API calls as JSON           sender   the channel the outbox knows
                                                        wire     aiogram's session and methods
"""

from bot.channels.telegram import lazily

lazily.load()
