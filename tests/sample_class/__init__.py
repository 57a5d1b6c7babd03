"""A class of made-up students, whose submissions show what a grader has to cope with."""
