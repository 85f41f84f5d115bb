"""The desk in Telegram: a forum group in which each ticket has a topic of its own.

reader   an update of the group as JSON -> what somebody did     texts    what agents read
sender   the channel the outbox knows: makes topics, heals them, keeps to the group's pace
"""
