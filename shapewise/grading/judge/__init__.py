"""One process per notebook: rebuilds it and runs the tests. It runs no student's code."""
