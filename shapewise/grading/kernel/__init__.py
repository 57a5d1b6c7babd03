"""A cell run as a notebook's kernel runs it, for the student's cells in the sandbox and for tests in the judge."""
