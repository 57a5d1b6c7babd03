"""One course's folder: lesson text -> source -> release, a learner's folder, and what a learner hands in."""
