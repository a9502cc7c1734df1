"""An English deck on presenting numbers."""

PRESENTING = """
# Start with the sentence
- Write down the **one sentence** that people should repeat tomorrow
- If you have three sentences, you have three talks
- The chart exists to prove the sentence
> "Waiting times fell by a third after we opened a second desk."
# Who is in the room?
| Audience | They ask | Show them |
| Board | Is it worth it? | One number, one risk |
| Colleagues | How did you get it? | Method and raw spread |
| Public | What does it mean for me? | A comparison from daily life |
# Choose the chart by the question
| Question | Chart |
| How does it change over time? | Line |
| Which is larger? | Bars, sorted |
| How are parts of a whole shared? | A few bars; a pie for two or three parts |
| Are two things related? | Dots |
| How wide is the spread? | Box or histogram |
> When in doubt, bars
# Before: everything shouts
- Eight colours, no order
- A legend far from the lines
- A title that says only "Data 2026"
!before | The same numbers, badly arranged
# After: one thing speaks
- Sorted from large to small
- The title is the **finding**
- Labels sit on the bars
!after | Two desks instead of one
# Honest axes
- Bars begin at **zero**, always
- Lines may begin elsewhere, but say so
- Never two scales in one chart
- Same range when two charts stand side by side
> If the honest chart looks dull, perhaps there is nothing to tell
# Numbers people can feel
- "4.2 litres a second" becomes "a bath tub every forty seconds"
- Round: 37.46% is **"more than a third"**
- Give the base: "doubled" from one to two is not news
# Colour with a reason
- Grey for context, **one** colour for the point
- Blue and orange remain distinct for nearly everybody
- Print it in grey: can you still read it?
# Ten minutes, seven slides
| Minute | Slide | Purpose |
| 0 | The question | Why should they care |
| 1 | The answer | Your one sentence |
| 3 | The evidence | The best chart you have |
| 5 | The doubt | What speaks against it |
| 7 | The choice | What you ask them to decide |
| 8 | Next steps | Who, what, when |
| 9 | The answer again | So that it stays |
# Rehearse like this
- Say it aloud, standing, with a clock
- Explain each chart in this order: **axes, example, finding**
- Prepare three spare slides for the questions you fear
> Stop one minute early. Nobody has ever complained.
"""
