"""A package taken apart: what its author may have written, laid out as a project."""
