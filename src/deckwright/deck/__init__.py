"""What a deck is: the model, its rules, and the identity of each note. No disk, no clock."""
