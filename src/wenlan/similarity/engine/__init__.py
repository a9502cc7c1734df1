"""Finding copies: texts in, marks to look candidates up by and exact comparisons out. Knows no Django.

A copy keeps the order of most of its words even when every third is swapped for a synonym, sentences are moved and the
file is another format or script. So the unit here is the *pair*: a telling word and one of the few that follow it.

* `marks.py`: a sample of the pairs of a text, the same one wherever they stand, and of these the few that an index of
  all texts holds.
* `chaining.py`: from the pairs two texts share to stretches that are in both, in bounded time.
* `comparing.py`: from these to passages, and the words that were swapped in them.
* `judging.py`: how much that says when others have it as well.
"""

from __future__ import annotations

from wenlan.similarity.engine.comparing import Comparison, Passage, compare
from wenlan.similarity.engine.judging import strengths
from wenlan.similarity.engine.marks import marks_of
from wenlan.similarity.engine.wording import Wording, wording_of

__all__ = ["Comparison", "Passage", "Wording", "compare", "marks_of", "strengths", "wording_of"]
