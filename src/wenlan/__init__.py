"""Wenlan (文澜): a document library and marketplace that anyone can run."""

__version__ = "0.1.0"
