"""Free text -> what was meant. A keyword router for now: it names one intent, or none."""
