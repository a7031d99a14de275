"""What Deckwright costs, next to the script one would write without it: `make bench`."""
