"""The mathematics handbook: twelve chapters with worked examples, exercises, solutions and tables, all computed."""

from collections.abc import Callable
from typing import NamedTuple

from wenlan.demo.documents.texts.mathematics import algebra, analysis, geometry, strategy, tables
from wenlan.demo.documents.texts.mathematics.exercises import EXERCISES, Exercise

PREFACE = """
# 写在前面
这本讲义写给准备系统复习高中数学的同学，也可供教师备课时选用例题。它不追求题目的偏和怪，而是希望把每一个概念讲清楚：它从哪里来，解决什么问题，和已经学过的东西有什么关系。真正理解了概念，大多数题目只是换了一件外衣。
全书十二章，大致分成五块。前五章讲函数：集合语言、函数的一般性质，以及二次函数、指数与对数函数、三角函数这三类最常用的函数。第六章讲数列，可以把它看成定义在正整数上的函数。第七、八两章讲解析几何，用方程研究图形。第九至十一章讲导数、概率和统计，它们是高中数学与现实世界联系最紧密的部分。第十二章总结解题的策略，并配有一份综合测试。
每章的结构相同：先是概念与方法，再是例题，然后是容易出错的地方，最后是练习。练习的答案与过程集中放在书末。建议先独立完成练习再看答案；如果一道题想了十五分钟仍然没有头绪，可以只看答案的第一行，得到提示后继续自己做。
> 使用建议：准备一本错题本，但不要抄题。只写三行字——我当时是怎么想的，错在哪一步，下次看到什么信号就应当警惕。一个学期下来，你会发现自己的错误其实只有那么几类。
书中的图象、函数表和练习答案都由程序计算生成，并经过逐项核对。书末附有平方与立方表、三角函数表、常用对数表和中英文术语对照，查阅时可以直接翻到附录。
---
"""


class Chapter(NamedTuple):
    """A chapter's text and the exercises that close it."""

    text: str
    exercises: Callable[[], list[Exercise]]


_TEXTS = (*algebra.CHAPTERS, *geometry.CHAPTERS, *analysis.CHAPTERS, strategy.STRATEGY)


def handbook() -> str:
    """Return the whole handbook as a composition."""
    parts = [PREFACE]
    chapters = [
        Chapter(text, maker) for text, maker in zip(_TEXTS, (*EXERCISES, strategy.final_paper), strict=True)
    ]
    solved = [(chapter, chapter.exercises()) for chapter in chapters]
    for chapter, exercises in solved:
        parts.append(chapter.text.strip("\n"))
        parts.append("## 练习")
        parts += [f"{number}. {exercise.question}" for number, exercise in enumerate(exercises, 1)]
        parts.append("---")
    parts.append("# 练习的答案与过程")
    parts.append(
        "下面按章给出全部练习的答案。过程写得比较简略，只保留关键的一两步；如果某一步看不懂，请回到正文中对应的方法。"
    )
    for chapter, exercises in solved:
        parts.append("## " + chapter.text.strip("\n").split("\n")[0].removeprefix("# "))
        parts += [f"{number}. {exercise.solution}" for number, exercise in enumerate(exercises, 1)]
    parts += ["---", tables.appendix()]
    return "\n".join(parts)
