"""What Anki imports: the lock, the package written and read."""
