"""A stand-in for three payment companies, which speaks their protocols with real signatures and moves no money."""
