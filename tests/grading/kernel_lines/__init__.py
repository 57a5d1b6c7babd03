"""Lines that real notebooks hold, run in a real kernel and in the engine: they do the same, or it is said why not.

``python -m tests.grading.kernel_lines`` prints the table of differences.
"""
