"""All tables and all SQL. Imports nothing of the bot."""
