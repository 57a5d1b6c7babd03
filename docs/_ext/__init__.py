"""What makes the web edition's pages out of the students' notebooks; `docs/make_site.py` is the command."""
