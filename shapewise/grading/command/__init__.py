"""The instructor's process: folders, gradebook, schedule. Of a student's it sees bytes and verdicts only."""
