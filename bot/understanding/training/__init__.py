"""How the model is made: the lines it learns from, the program that trains it, and the one that measures it."""
