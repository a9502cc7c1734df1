"""The handbook's appendix: number tables and a glossary."""

import math

from wenlan.demo.documents.markup import pipe_table

_GLOSSARY = """
集合 set；元素 element；子集 subset；空集 empty set；交集 intersection；并集 union；补集 complement；区间 interval
函数 function；定义域 domain；值域 range；单调性 monotonicity；奇函数 odd function；偶函数 even function；周期 period；反函数 inverse function
抛物线 parabola；顶点 vertex；判别式 discriminant；配方 completing the square；不等式 inequality；零点 zero；系数 coefficient；多项式 polynomial
指数 exponent；对数 logarithm；底数 base；幂 power；常用对数 common logarithm；自然对数 natural logarithm；换底公式 change of base；增长率 growth rate
弧度 radian；正弦 sine；余弦 cosine；正切 tangent；振幅 amplitude；相位 phase；正弦定理 law of sines；余弦定理 law of cosines
数列 sequence；等差数列 arithmetic progression；等比数列 geometric progression；公差 common difference；公比 common ratio；通项 general term；求和 summation；递推 recurrence
斜率 slope；截距 intercept；圆心 centre；半径 radius；弦 chord；切线 tangent line；椭圆 ellipse；双曲线 hyperbola；焦点 focus；准线 directrix；离心率 eccentricity；渐近线 asymptote
导数 derivative；极限 limit；极值 extremum；最大值 maximum；最小值 minimum；切点 point of tangency；变化率 rate of change；复合函数 composite function
排列 permutation；组合 combination；二项式定理 binomial theorem；概率 probability；条件概率 conditional probability；独立 independent；互斥 mutually exclusive；期望 expectation；方差 variance；标准差 standard deviation
总体 population；样本 sample；分层抽样 stratified sampling；平均数 mean；中位数 median；百分位数 percentile；直方图 histogram；散点图 scatter plot；回归直线 regression line；相关 correlation
"""


def _powers() -> str:
    rows = [
        [str(n), str(n * n), str(n**3), f"{math.sqrt(n):.4f}", f"{n ** (1 / 3):.4f}", f"{1 / n:.6f}"]
        for n in range(1, 101)
    ]
    return pipe_table(["数", "平方", "立方", "平方根", "立方根", "倒数"], rows)


def _trigonometric() -> str:
    rows = []
    for degrees in range(91):
        angle = math.radians(degrees)
        tangent = "不存在" if degrees == 90 else f"{math.tan(angle):.4f}"
        rows.append(
            [f"{degrees}°", f"{angle:.4f}", f"{math.sin(angle):.4f}", f"{math.cos(angle):.4f}", tangent]
        )
    return pipe_table(["角度", "弧度", "正弦", "余弦", "正切"], rows)


def _logarithms() -> str:
    rows = [
        [
            f"{tenth / 10:.1f}",
            *(f"{math.log10(tenth / 10 + hundredth / 100):.4f}"[1:] for hundredth in range(10)),
        ]
        for tenth in range(10, 100)
    ]
    return pipe_table(["数", *map(str, range(10))], rows, widths="1.3 1 1 1 1 1 1 1 1 1 1")


def _glossary() -> str:
    terms = [term.split(" ", 1) for line in _GLOSSARY.strip().split("\n") for term in line.split("；")]
    half = (len(terms) + 1) // 2
    padded = [*terms, *[["", ""]] * (2 * half - len(terms))]
    rows = [padded[place] + padded[place + half] for place in range(half)]
    return pipe_table(["中文", "英文", "中文", "英文"], rows, widths="2 3 2 3")


def appendix() -> str:
    """Return the appendix as a composition."""
    return "\n".join(
        [
            "# 附录",
            "## 附录一 平方、立方与方根表",
            "查方根时，若数不在表中，可先找到最接近的两个数，再按比例估算，通常能准确到小数点后两位。",
            _powers(),
            "## 附录二 三角函数表",
            "大于 90 度的角，先用诱导公式化为锐角再查表。",
            _trigonometric(),
            "## 附录三 常用对数表",
            "左列是真数的前两位，顶行是第三位，表中给出对数的小数部分。例如 $\\lg 2.35$，查 2.3 一行、5 一列。",
            _logarithms(),
            "## 附录四 术语中英对照",
            _glossary(),
        ]
    )
