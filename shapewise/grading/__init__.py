"""Submissions -> grades in nbgrader's gradebook."""
