"""Papers: documents in two languages as PDF; the same content has the same bytes. No clock, table, wire, words."""
