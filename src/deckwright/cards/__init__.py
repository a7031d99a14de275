"""What a card shows: note types, field HTML, pictures."""
