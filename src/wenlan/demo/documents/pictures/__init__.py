"""Pictures of the demo documents, drawn by code; every one is returned as PNG bytes."""
