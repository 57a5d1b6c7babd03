"""Courses that know nothing of this engine: nbgrader's own quickstart, and others that hold what teachers write."""
