"""Text and its places: files, spans, the YAML tree, diagnostics."""
