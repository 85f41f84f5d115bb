"""What an offer is worth: bond arithmetic on QuantLib, pure; no clock, no table, no words."""
