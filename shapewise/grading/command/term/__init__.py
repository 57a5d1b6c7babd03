"""What an instructor does around grading: the roster, more time, and what a learning platform gives out and takes."""
