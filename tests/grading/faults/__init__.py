"""A class graded by a command that is killed, finds the disk full or the database locked; then run again.

python -m tests.grading.faults --kills 50
"""
