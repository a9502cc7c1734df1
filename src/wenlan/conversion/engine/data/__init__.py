"""Settings shipped for the programs in the sandbox."""
