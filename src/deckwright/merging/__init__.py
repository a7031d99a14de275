"""Bringing a classmate's edits home: what each side changed since the text that both had."""
