"""What a learner wrote and passed -> ``mine.py`` beside the notebooks, and from there into the last notebook."""
