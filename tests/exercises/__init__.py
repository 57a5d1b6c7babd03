"""Right and wrong answers to every exercise, and what the checks and the hidden tests make of them."""
