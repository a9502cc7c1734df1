"""The parts of the benchmark `conversion`, one file for each thing it measures."""
