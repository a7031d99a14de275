"""What classmates get: the pages of a deck, and the texts that go with a release."""
