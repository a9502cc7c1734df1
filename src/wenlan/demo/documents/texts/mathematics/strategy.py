"""Chapter 12: how to go about a problem, and a final paper whose answers are computed."""

import math
from fractions import Fraction

from wenlan.demo.documents.texts.mathematics.exercises import Exercise
from wenlan.demo.documents.texts.mathematics.notation import number

STRATEGY = r"""
# 第十二章 解题的策略与综合测试
学完各章知识，还要学会在陌生的题目面前不慌张。解题不是灵光一现，而是一串可以练习的动作。本章总结八个最常用的动作，然后用一份综合测试检验。
## 一、读题的动作
**第一，把条件逐句翻译。** 每读一句，就在草稿上写出对应的式子或画出对应的图形。读完全题，所有条件都应当出现在纸上；如果有一句话没有翻译，它多半就是关键。“函数的图象过原点”翻译成 $f\left(0\right)=0$，“恒成立”翻译成最值，“有两个交点”翻译成判别式大于零。
**第二，把目标往回推。** 要求面积，需要底和高；要求高，需要一个点到直线的距离；要求这个距离，需要直线的方程。这样倒推两三步，常常就与已知条件接上了头。
**第三，先看特殊情形。** 取 $n=1, 2, 3$，取点在端点，取三角形为正三角形。特殊情形不能代替证明，却能告诉你答案大概是什么，也能迅速否定错误的猜想。
## 二、转化的动作
**第四，数与形互换。** 方程 $\ln x=x-2$ 有几个根？直接解解不出来，画出两条曲线，一眼看出有两个交点，一个在 0 与 1 之间，一个在 3 与 4 之间。反过来，几何图形中难以看清的关系，建立坐标系之后就变成计算。
!strategy | 图 12-1 把方程的根看成两条曲线的交点
**第五，换元与整体。** 同一个式子反复出现，就给它起一个新名字。换元的价值在于降低复杂度，代价是要写出新变量的取值范围，忘记这一步会得到多余的解。
**第六，分类讨论。** 分类的标准只有一个：在哪里情况发生变化，就在哪里分开。二次项系数为零、对称轴越过区间端点、绝对值内变号，都是天然的分界点。分类之后要检查三件事：是否有遗漏，是否有重叠，最后是否合并成了完整的结论。
## 三、检验的动作
**第七，用另一种方法核对。** 求出的数列通项，代入前三项；求出的切线，检查切点是否在曲线上；求出的概率，检查是否在 0 与 1 之间。这类检查通常只要十几秒。
**第八，看量级与对称。** 池塘面积算出来是负数，骑车速度算出来是每小时三百公里，都说明前面出了错。题目中两个字母地位相同，答案里它们也应当可以互换；如果不能互换，就要回头找原因。
> 考试的时间分配：先用五分钟浏览全卷，做有把握的题；一道题卡住超过八分钟，做上记号先往后走；最后留十分钟，只检查计算和单位，不改没有把握的改动。
## 四、一道题的三种解法
已知正数 $x$、$y$ 满足 $x+2y=1$，求 $\frac{1}{x}+\frac{1}{y}$ 的最小值。
= 解法一（基本不等式）：把 1 换成 $x+2y$，
$$ \left(\frac{1}{x}+\frac{1}{y}\right)\left(x+2y\right)=3+\frac{2y}{x}+\frac{x}{y} \ge 3+2\sqrt{2}
= 解法二（导数）：代入 $x=1-2y$，得 $g\left(y\right)=\frac{1}{1-2y}+\frac{1}{y}$。令导数为零，得 $2y^{2}=\left(1-2y\right)^{2}$，解出 $y=\frac{2-\sqrt{2}}{2}$，最小值同上。
= 解法三（判别式）：设所求为 $t$，通分整理成关于 $y$ 的二次方程，由判别式不小于零得 $t \ge 3+2\sqrt{2}$，舍去负值的一支。
三种解法各有所长：第一种最短，但需要看出“1 的代换”；第二种最机械，遇到任何函数都能用；第三种适合分式型的函数。会一种解法是解出了题，比较过三种解法才是学会了题。
"""


def final_paper() -> list[Exercise]:
    """Return the mixed exercises of the last chapter."""
    found = [
        Exercise(
            "已知 $f\\left(x\\right)=\\lg \\left(x^{2}-2x+10\\right)$，求它的值域。",
            "真数配方为 $\\left(x-1\\right)^{2}+9 \\ge 9$，值域为 $\\left[\\lg 9, +\\infty\\right)$。",
        ),
        Exercise(
            "若 $2^{a}=3^{b}=6$，求 $\\frac{1}{a}+\\frac{1}{b}$。",
            "$\\frac{1}{a}=\\log_{6} 2$，$\\frac{1}{b}=\\log_{6} 3$，和为 1。",
        ),
        Exercise(
            "证明任意三个连续正整数的积能被 6 整除，并用组合数解释。",
            "$n\\left(n+1\\right)\\left(n+2\\right)=6C_{n+2}^{3}$，而组合数是整数。",
        ),
    ]
    for side, angle in ((6, 60), (10, 45), (8, 30)):
        area = side * side * math.sin(math.radians(angle)) / 2
        found.append(
            Exercise(
                f"等腰三角形的腰长为 {side}，顶角为 {angle} 度，求面积与底边长（保留两位小数）。",
                f"面积 {area:.2f}，底边 {2 * side * math.sin(math.radians(angle / 2)):.2f}。",
            )
        )
    found += [
        Exercise(
            f"无穷等比数列首项为 {first}，公比为 ${number(ratio)}$，当项数无限增加时，前若干项的和趋近于多少？",
            f"趋近于 $\\frac{{{first}}}{{1-\\left({number(ratio)}\\right)}}={number(first / (1 - ratio))}$。",
        )
        for first, ratio in ((81, Fraction(1, 3)), (64, Fraction(3, 4)), (10, Fraction(-1, 2)))
    ]
    for red, white, drawn in ((5, 3, 2), (4, 6, 3), (7, 5, 2)):
        same = Fraction(math.comb(red, drawn) + math.comb(white, drawn), math.comb(red + white, drawn))
        found.append(
            Exercise(
                f"袋中有红球 {red} 个、白球 {white} 个，不放回地取 {drawn} 个，颜色全部相同的概率是多少？取到红球个数的期望是多少？",
                f"概率 ${number(same)} \\approx {float(same):.4f}$，期望 ${number(Fraction(drawn * red, red + white))}$。",
            )
        )
    for height, speed in ((45, 20), (80, 15)):
        seconds = math.sqrt(height / 5)
        found.append(
            Exercise(
                f"从 {height} 米高处以每秒 {speed} 米水平抛出一球，取重力加速度为 10，写出轨迹方程并求落地时的水平距离。",
                f"轨迹 $y={height}-\\frac{{5x^{{2}}}}{{{speed**2}}}$，令 $y=0$，得 $x={speed * seconds:g}$ 米。",
            )
        )
    found += [
        Exercise(
            f"直线 $y={low + high}x-{low * high}$ 与抛物线 $y=x^{{2}}$ 围成一个区域，求两个交点，并用面积公式 $\\frac{{\\left(x_{{2}}-x_{{1}}\\right)^{{3}}}}{{6}}$ 求面积。",
            f"交点的横坐标为 {low} 与 {high}，面积为 ${number(Fraction((high - low) ** 3, 6))}$。",
        )
        for low, high in ((1, 2), (2, 5))
    ]
    for members in (4, 5, 6):
        derangements = round(math.factorial(members) / math.e)
        found.append(
            Exercise(
                f"{members} 个人各写一张贺卡放在一起，每人随机取一张，没有人取到自己那张的概率是多少？",
                f"错排数为 {derangements}，概率 ${number(Fraction(derangements, math.factorial(members)))} \\approx {derangements / math.factorial(members):.4f}$。",
            )
        )
    return found
