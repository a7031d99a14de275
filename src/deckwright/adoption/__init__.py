"""What a published package tells of a source's notes: whose is which, and what the lock must remember."""
