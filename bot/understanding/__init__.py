"""Free text -> what was meant: intent, slots, mood; sums, days, places and numbers as people write them. Pure."""
