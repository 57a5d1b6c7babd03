"""Submissions -> grades in nbgrader's gradebook. One folder a process, so that a line of code knows what it may touch.

The arrows between the folders are tested (tests/grading/test_rooms.py)::

    command -> messages, report      judge   -> messages, kernel, checks
    server  -> messages, kernel      student -> messages, kernel, and of checks what describes a call
    report  -> nothing of grading    kernel  -> nothing of grading
"""
