"""The commands: their signatures and words, each handing on to its verb."""
