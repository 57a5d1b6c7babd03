"""Grades -> what people read: the table in the terminal, a CSV file, the class report, feedback pages."""
