"""Exercises of the handbook: the numbers are chosen here, every answer is computed."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from wenlan.demo.documents.texts.mathematics.notation import number, polynomial, signed


class Exercise(NamedTuple):
    """A question and its solution, both in the notation of compositions."""

    question: str
    solution: str


def _sets() -> list[Exercise]:
    found: list[Exercise] = []
    for total, first, second, neither in ((50, 28, 25, 6), (42, 20, 17, 9), (60, 35, 31, 4)):
        both = first + second - (total - neither)
        found.append(
            Exercise(
                f"调查 {total} 人，喜欢阅读的有 {first} 人，喜欢运动的有 {second} 人，两样都不喜欢的有 {neither} 人。两样都喜欢的有多少人？",
                f"至少喜欢一样的有 ${total}-{neither}={total - neither}$ 人，两样都喜欢的有 ${first}+{second}-{total - neither}={both}$ 人。",
            )
        )
    found += [
        Exercise(
            f"有 {size} 个元素的集合有多少个子集、真子集、非空真子集？",
            f"子集 $2^{{{size}}}={2**size}$ 个，真子集 {2**size - 1} 个，非空真子集 {2**size - 2} 个。",
        )
        for size in (4, 6)
    ]
    for low, high, left, right in ((-2, 5, 1, 9), (-7, 0, -3, 4), (0, 6, 2, 4)):
        union_low, union_high = min(low, left), max(high, right)
        found.append(
            Exercise(
                f"已知 $A=\\left({low}, {high}\\right)$，$B=\\left[{left}, {right}\\right]$，求 $A \\cap B$ 与 $A \\cup B$ 的左右端点。",
                f"交集的端点为 {max(low, left)} 与 {min(high, right)}，并集的端点为 {union_low} 与 {union_high}；属于 $B$ 的端点可以取到，只属于 $A$ 的端点取不到。",
            )
        )
    return found


def _functions() -> list[Exercise]:
    found: list[Exercise] = []
    found += [
        Exercise(
            f"求函数 $f\\left(x\\right)=\\frac{{\\sqrt{{{top}-x}}}}{{{polynomial([1, -hole])}}}$ 的定义域。",
            f"由 ${top}-x \\ge 0$ 与 $x \\ne {hole}$，得 $\\left(-\\infty, {hole}\\right) \\cup \\left({hole}, {top}\\right]$。",
        )
        for top, hole in ((5, 1), (8, -3), (3, 0))
    ]
    for first, second, third, fourth in ((2, 3, 1, -4), (3, -1, 1, 2), (5, 2, 2, -1)):
        excluded = Fraction(first, third)
        found.append(
            Exercise(
                f"求函数 $y=\\frac{{{polynomial([first, second])}}}{{{polynomial([third, fourth])}}}$ 的值域。",
                f"反解或分离常数，$y \\ne {number(excluded)}$，其余实数都能取到。",
            )
        )
    for inner, outer, at in (((2, 1), (1, 0, -3), 2), ((1, -4), (2, 0, 1), 3)):
        value = inner[0] * at + inner[1]
        result = outer[0] * value * value + outer[2]
        found.append(
            Exercise(
                f"设 $g\\left(x\\right)={polynomial(list(inner))}$，$f\\left(x\\right)={polynomial(list(outer))}$，求 $f\\left(g\\left({at}\\right)\\right)$。",
                f"$g\\left({at}\\right)={value}$，$f\\left({value}\\right)={result}$。由内到外逐层计算。",
            )
        )
    found += [
        Exercise(
            f"奇函数 $f\\left(x\\right)$ 在 $x>0$ 时等于 $x^{{2}}-{2 * middle}x$，求 $f\\left(-{middle}\\right)$。",
            f"$f\\left(-{middle}\\right)=-f\\left({middle}\\right)=-\\left({middle**2}-{2 * middle**2}\\right)={middle**2}$。",
        )
        for middle in (2, 5)
    ]
    return found


def _quadratics() -> list[Exercise]:
    found: list[Exercise] = []
    for a, b, c in ((1, -6, 5), (2, 8, 3), (-1, 4, 1), (3, -12, 7)):
        axis, extreme = Fraction(-b, 2 * a), Fraction(4 * a * c - b * b, 4 * a)
        word = "最小值" if a > 0 else "最大值"
        found.append(
            Exercise(
                f"用配方法求 $y={polynomial([a, b, c])}$ 的对称轴与最值。",
                f"对称轴 $x={number(axis)}$，{word}为 ${number(extreme)}$。",
            )
        )
    for first, second in ((-1, 4), (2, 7), (-5, -2)):
        shown = polynomial([1, -(first + second), first * second])
        found.append(
            Exercise(
                f"解不等式 ${shown}<0$。",
                f"分解为 $\\left({polynomial([1, -first])}\\right)\\left({polynomial([1, -second])}\\right)<0$，解为 ${first}<x<{second}$。",
            )
        )
    for total, product in ((5, 3), (7, 6), (4, -2)):
        squares = total * total - 2 * product
        found.append(
            Exercise(
                f"设方程 ${polynomial([1, -total, product])}=0$ 的两根为 $x_{{1}}$、$x_{{2}}$，求 $x_{{1}}^{{2}}+x_{{2}}^{{2}}$。",
                f"$x_{{1}}^{{2}}+x_{{2}}^{{2}}={total}^{{2}}-2 \\times {signed(product)}={squares}$。",
            )
        )
    found += [
        Exercise(
            f"已知 $x>0$，求 $x+\\frac{{{root * root}}}{{x}}$ 的最小值。",
            f"由基本不等式，最小值为 ${2 * root}$，当 $x={root}$ 时取到。",
        )
        for root in (2, 4)
    ]
    return found


def _exponentials() -> list[Exercise]:
    found: list[Exercise] = []
    found += [
        Exercise(
            f"把 ${base}^{{{power}}}={base**power}$ 写成对数式，并求 $\\log_{{{base}}} {base ** (power - 1)}$。",
            f"$\\log_{{{base}}} {base**power}={power}$；$\\log_{{{base}}} {base ** (power - 1)}={power - 1}$。",
        )
        for base, power in ((2, 6), (3, 4), (5, 3), (10, 4))
    ]
    for small, large in ((1, 3), (2, 3), (0, 4)):
        total, product = 2**small + 2**large, 2 ** (small + large)
        found.append(
            Exercise(
                f"解方程 $4^{{x}}-{total} \\cdot 2^{{x}}+{product}=0$。",
                f"令 $t=2^{{x}}$，得 $t={2**small}$ 或 $t={2**large}$，即 $x={small}$ 或 $x={large}$。",
            )
        )
    for percent, years in ((3, 20), (5, 10), (7, 15)):
        growth = (1 + percent / 100) ** years
        found.append(
            Exercise(
                f"某城市用电量每年增长 {percent}%，{years} 年后是现在的多少倍？翻一番大约需要几年？",
                f"$1.0{percent}^{{{years}}} \\approx {growth:.3f}$ 倍；由 $1.0{percent}^{{t}}=2$ 得 $t \\approx {math.log(2) / math.log(1 + percent / 100):.1f}$ 年。",
            )
        )
    return found


_EXACT = {
    30: (r"\frac{1}{2}", r"\frac{\sqrt{3}}{2}"),
    45: (r"\frac{\sqrt{2}}{2}", r"\frac{\sqrt{2}}{2}"),
    60: (r"\frac{\sqrt{3}}{2}", r"\frac{1}{2}"),
}


def _trigonometry() -> list[Exercise]:
    found: list[Exercise] = []
    for turn, acute in ((150, 30), (225, 45), (240, 60), (330, 30)):
        sine, cosine = _EXACT[acute]
        below = "-" if math.sin(math.radians(turn)) < 0 else ""
        left = "-" if math.cos(math.radians(turn)) < 0 else ""
        found.append(
            Exercise(
                f"求 $\\sin {turn}^{{\\circ}}$ 与 $\\cos {turn}^{{\\circ}}$ 的值。",
                f"终边与 {acute} 度角对称，$\\sin {turn}^{{\\circ}}={below}{sine}$，$\\cos {turn}^{{\\circ}}={left}{cosine}$。",
            )
        )
    found += [
        Exercise(
            f"已知 $\\sin \\alpha=\\frac{{{a}}}{{{c}}}$ 且 $\\alpha$ 在第二象限，求 $\\cos \\alpha$、$\\tan \\alpha$ 与 $\\sin 2\\alpha$。",
            f"$\\cos \\alpha=-\\frac{{{b}}}{{{c}}}$，$\\tan \\alpha=-\\frac{{{a}}}{{{b}}}$，$\\sin 2\\alpha={number(Fraction(-2 * a * b, c * c))}$。",
        )
        for a, b, c in ((3, 4, 5), (5, 12, 13), (8, 15, 17))
    ]
    for first, second in ((3, 5), (4, 6), (7, 8)):
        square = first * first + second * second + first * second
        found.append(
            Exercise(
                f"三角形的两边为 {first} 与 {second}，夹角为 $120^{{\\circ}}$，求第三边。",
                f"$c^{{2}}={first**2}+{second**2}+{first} \\times {second}={square}$，$c=\\sqrt{{{square}}} \\approx {math.sqrt(square):.2f}$。",
            )
        )
    found += [
        Exercise(
            f"求 $y=3\\sin \\left({speed}x-\\frac{{\\pi}}{{4}}\\right)+1$ 的最大值与最小正周期。",
            f"最大值为 4，周期为 ${period}$。",
        )
        for speed, period in ((2, r"\pi"), (3, r"\frac{2\pi}{3}"))
    ]
    return found


def _sequences() -> list[Exercise]:
    found: list[Exercise] = []
    for first, step, place in ((3, 4, 20), (-5, 3, 15), (50, -6, 12), (1, 7, 30)):
        last = first + (place - 1) * step
        found.append(
            Exercise(
                f"等差数列首项为 ${first}$，公差为 ${step}$，求第 {place} 项与前 {place} 项的和。",
                f"$a_{{{place}}}={last}$，$S_{{{place}}}={number(Fraction(place * (first + last), 2))}$。",
            )
        )
    for first, ratio, place in ((2, 3, 6), (1, -2, 8), (5, 2, 7)):
        total = Fraction(first * (1 - ratio**place), 1 - ratio)
        found.append(
            Exercise(
                f"等比数列首项为 {first}，公比为 ${ratio}$，求第 {place} 项与前 {place} 项的和。",
                f"$a_{{{place}}}={first * ratio ** (place - 1)}$，$S_{{{place}}}={number(total)}$。",
            )
        )
    for first, factor, added in ((2, 3, 4), (1, 2, 5), (4, 5, -8)):
        fixed = Fraction(added, 1 - factor)
        terms = [first]
        for _ in range(3):
            terms.append(factor * terms[-1] + added)
        found.append(
            Exercise(
                f"数列满足 $a_{{1}}={first}$，$a_{{n+1}}={polynomial([factor, added], 'a_{n}')}$，求通项，并写出前四项检验。",
                f"$a_{{n}}-{signed(fixed)}$ 成等比数列，$a_{{n}}={signed(first - fixed)} \\cdot {factor}^{{n-1}}+{signed(fixed)}$；前四项为 {'、'.join(map(str, terms))}。",
            )
        )
    found += [
        Exercise(
            f"求 $\\sum_{{k=1}}^{{{size}}} k^{{2}}$ 与 $\\sum_{{k=1}}^{{{size}}} \\frac{{1}}{{k\\left(k+1\\right)}}$。",
            f"平方和为 {sum(k * k for k in range(1, size + 1))}；裂项后和为 ${number(Fraction(size, size + 1))}$。",
        )
        for size in (10, 20)
    ]
    return found


def _lines() -> list[Exercise]:
    found: list[Exercise] = []
    for (x1, y1), (x2, y2) in (((1, 2), (4, 8)), ((-3, 5), (1, -3)), ((0, -2), (6, 1))):
        slope = Fraction(y2 - y1, x2 - x1)
        found.append(
            Exercise(
                f"求过点 $\\left({x1}, {y1}\\right)$ 与 $\\left({x2}, {y2}\\right)$ 的直线的斜截式方程。",
                f"斜率 ${number(slope)}$，方程为 $y={polynomial([slope, y1 - slope * x1])}$。",
            )
        )
    for x, y, a, b, c in ((2, 1, 3, 4, 5), (-1, 3, 5, -12, 2), (4, 4, 8, 6, -6)):
        distance = Fraction(abs(a * x + b * y + c), math.isqrt(a * a + b * b))
        found.append(
            Exercise(
                f"求点 $\\left({x}, {y}\\right)$ 到直线 ${polynomial([a, 0])}{'+' if b > 0 else ''}{polynomial([b, 0], 'y')}{c:+d}=0$ 的距离。",
                f"代入距离公式，$d={number(distance)}$。",
            )
        )
    for d, e, f in ((-4, 6, -3), (2, -8, 1), (-10, 0, 9)):
        square = Fraction(d * d + e * e - 4 * f, 4)
        found.append(
            Exercise(
                f"求圆 $x^{{2}}+y^{{2}}{d:+d}x{f'{e:+d}y' if e else ''}{f:+d}=0$ 的圆心与半径。",
                f"圆心 $\\left({-d // 2}, {-e // 2}\\right)$，半径 ${_root(square)}$。",
            )
        )
    for radius, offset in ((5, 3), (13, 5), (7, 2)):
        square_of_half = radius * radius - offset * offset
        sign = "=" if math.isqrt(square_of_half) ** 2 == square_of_half else "\\approx "
        found.append(
            Exercise(
                f"半径为 {radius} 的圆，圆心到直线的距离为 {offset}，求弦长。",
                f"弦长为 $2\\sqrt{{{radius**2}-{offset**2}}}{sign}{2 * math.sqrt(square_of_half):.4g}$。",
            )
        )
    return found


def _root(square: Fraction) -> str:
    if square.denominator == 1 and math.isqrt(square.numerator) ** 2 == square.numerator:
        return str(math.isqrt(square.numerator))
    return f"\\sqrt{{{number(square)}}}"


def _conics() -> list[Exercise]:
    found: list[Exercise] = []
    for a, b in ((5, 3), (13, 5), (10, 6), (5, 4)):
        c = math.isqrt(a * a - b * b)
        found.append(
            Exercise(
                f"求椭圆 $\\frac{{x^{{2}}}}{{{a * a}}}+\\frac{{y^{{2}}}}{{{b * b}}}=1$ 的长轴长、焦距与离心率。",
                f"长轴长 {2 * a}，焦距 {2 * c}，离心率 ${number(Fraction(c, a))}$。",
            )
        )
    for a, b in ((4, 3), (5, 12), (8, 6)):
        c = math.isqrt(a * a + b * b)
        found.append(
            Exercise(
                f"求双曲线 $\\frac{{x^{{2}}}}{{{a * a}}}-\\frac{{y^{{2}}}}{{{b * b}}}=1$ 的渐近线与离心率。",
                f"渐近线 $y=\\pm {number(Fraction(b, a))}x$，离心率 ${number(Fraction(c, a))}$。",
            )
        )
    found += [
        Exercise(
            f"抛物线 $y^{{2}}={double}x$ 上一点的横坐标为 3，求它到焦点的距离与通径长。",
            f"$\\frac{{p}}{{2}}={double // 4}$，距离为 ${3 + double // 4}$，通径长为 {double}。",
        )
        for double in (4, 8, 12)
    ]
    return found


def _derivatives() -> list[Exercise]:
    found: list[Exercise] = []
    for coefficients, at in (([1, 0, -3, 2], 2), ([2, -1, 0, 4], 1), ([1, 2, 0], -3), ([1, 0, 0, -5, 1], 1)):
        degree = len(coefficients) - 1
        derived = [value * (degree - place) for place, value in enumerate(coefficients[:-1])]
        value = sum(value * at ** (degree - place) for place, value in enumerate(coefficients))
        slope = sum(value * at ** (degree - 1 - place) for place, value in enumerate(derived))
        found.append(
            Exercise(
                f"求曲线 $y={polynomial(list(coefficients))}$ 在 $x={at}$ 处的切线方程。",
                f"$y^{{\\prime}}={polynomial(list(derived))}$，切点 $\\left({at}, {value}\\right)$，斜率 {slope}，切线 $y={polynomial([slope, value - slope * at])}$。",
            )
        )
    for root in (1, 2, 3):
        low = root**3 - 3 * root**2 * root
        found.append(
            Exercise(
                f"求函数 $f\\left(x\\right)=x^{{3}}-{3 * root * root}x$ 的单调区间与极值。",
                f"$f^{{\\prime}}\\left(x\\right)=3\\left(x+{root}\\right)\\left(x-{root}\\right)$，在 $\\left(-{root}, {root}\\right)$ 上递减，其余两段递增；极大值 {-low}，极小值 ${low}$。",
            )
        )
    for side in (12, 18, 24):
        best = Fraction(side, 6)
        volume = best * (side - 2 * best) ** 2
        found.append(
            Exercise(
                f"边长 {side} 厘米的正方形纸板四角截去同样的小正方形折成无盖盒子，求最大容积。",
                f"截去的边长为 ${number(best)}$ 厘米时，容积最大，为 {number(volume)} 立方厘米。",
            )
        )
    return found


def _probability() -> list[Exercise]:
    found: list[Exercise] = []
    found += [
        Exercise(
            f"从 {total} 人中选 {chosen} 人参加会议，有多少种选法？若还要排定发言次序呢？",
            f"选法 $C_{{{total}}}^{{{chosen}}}={math.comb(total, chosen)}$ 种；排定次序 $A_{{{total}}}^{{{chosen}}}={math.perm(total, chosen)}$ 种。",
        )
        for total, chosen in ((8, 3), (10, 4), (12, 2))
    ]
    for boys, girls, chosen in ((6, 4, 3), (5, 5, 4), (7, 3, 2)):
        answer = math.comb(boys + girls, chosen) - math.comb(boys, chosen)
        found.append(
            Exercise(
                f"{boys} 名男生和 {girls} 名女生中选 {chosen} 人，至少有一名女生的概率是多少？",
                f"$\\frac{{{answer}}}{{{math.comb(boys + girls, chosen)}}}={number(Fraction(answer, math.comb(boys + girls, chosen)))}$。",
            )
        )
    for trials, hits, share in ((4, 2, Fraction(1, 2)), (5, 3, Fraction(2, 3)), (6, 1, Fraction(1, 6))):
        chance = math.comb(trials, hits) * share**hits * (1 - share) ** (trials - hits)
        found.append(
            Exercise(
                f"每次成功的概率为 ${number(share)}$，独立重复 {trials} 次，恰好成功 {hits} 次的概率是多少？期望是多少？",
                f"概率为 ${number(chance)} \\approx {float(chance):.4f}$，期望为 ${number(trials * share)}$。",
            )
        )
    for power, multiplier in ((4, 3), (6, 1), (8, 2)):
        middle = power // 2
        found.append(
            Exercise(
                f"求 $\\left(x+\\frac{{{multiplier}}}{{x}}\\right)^{{{power}}}$ 展开式中的常数项。",
                f"取第 {middle + 1} 项，$C_{{{power}}}^{{{middle}}} \\cdot {multiplier}^{{{middle}}}={math.comb(power, middle) * multiplier**middle}$。",
            )
        )
    return found


def _statistics() -> list[Exercise]:
    found: list[Exercise] = []
    for data in ((3, 5, 6, 8, 8), (12, 15, 11, 18, 14), (2, 4, 4, 7, 9, 10), (60, 72, 75, 81, 92)):
        mean = Fraction(sum(data), len(data))
        variance = sum(((value - mean) ** 2 for value in data), Fraction(0)) / len(data)
        ordered = sorted(data)
        half = len(data) // 2
        median = Fraction(ordered[half]) if len(data) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)
        found.append(
            Exercise(
                f"求数据 {'、'.join(map(str, data))} 的平均数、中位数与方差。",
                f"平均数 ${number(mean)}$，中位数 ${number(median)}$，方差 ${number(variance)} \\approx {float(variance):.2f}$。",
            )
        )
    for values in ((2, 4, 5, 4, 5), (1, 3, 4, 6, 6), (8, 7, 5, 4, 1)):
        mean = Fraction(sum(values), 5)
        slope = sum(((x - 3) * (y - mean) for x, y in enumerate(values, 1)), Fraction(0)) / 10
        start = mean - slope * 3
        found.append(
            Exercise(
                f"横坐标依次为 1 至 5，纵坐标依次为 {'、'.join(map(str, values))}，求回归直线并预测横坐标为 6 时的值。",
                f"$\\bar{{y}}={number(mean)}$，$b={number(slope)}$，$a={number(start)}$，预测值 ${number(start + 6 * slope)}$。",
            )
        )
    for sizes, drawn in (((300, 240, 180), 36), ((450, 500, 550), 60)):
        parts = [size * drawn // sum(sizes) for size in sizes]
        found.append(
            Exercise(
                f"三个年级分别有 {'、'.join(map(str, sizes))} 人，用分层抽样抽取 {drawn} 人，各年级抽多少人？",
                f"抽样比 ${number(Fraction(drawn, sum(sizes)))}$，依次抽取 {'、'.join(map(str, parts))} 人。",
            )
        )
    return found


EXERCISES: tuple[Callable[[], list[Exercise]], ...] = (
    _sets,
    _functions,
    _quadratics,
    _exponentials,
    _trigonometry,
    _sequences,
    _lines,
    _conics,
    _derivatives,
    _probability,
    _statistics,
)
