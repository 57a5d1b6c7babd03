"""Honest notebooks, broken in seeded ways, and what grading may and may not make of them.

python -m tests.grading.damage --count 2000 --seed 0
"""
