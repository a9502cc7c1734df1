"""The parts of the benchmark `money`, in their short form parts of the tests: a crowd, and who is killed at work."""
