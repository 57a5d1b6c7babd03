"""What an instructor does around grading: the roster, extensions, and what comes from a learning platform or goes there."""
