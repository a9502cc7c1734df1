"""Pages of reviewers, and of everybody who asks for help."""
