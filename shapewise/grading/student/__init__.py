"""Inside the sandbox: runs the student's code. Nothing that it says is believed without a look."""
