"""The process that makes feedback pages: it reads graded notebooks, in a child with limits for each page."""
