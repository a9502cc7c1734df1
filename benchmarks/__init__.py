"""Speed and memory, each claim beside what people use today, in one run."""
