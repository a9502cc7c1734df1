"""The parts of the benchmark `search`: the texts, and each way to find them."""
