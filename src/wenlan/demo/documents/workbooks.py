"""The demo's workbooks: marks of a class, a budget, a travel budget, a record of health, a break-even plan."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl.chart import BarChart, LineChart, PieChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill

from wenlan.demo.documents.texts.business import CASH_NOTES
from wenlan.demo.documents.xlsx_tools import MONEY, PERCENT, WHOLE_MONEY, Sheet, new_workbook

_cell_rule: Callable[..., Any] = CellIsRule
_COLOURS = ("2F6B6B", "B5654A", "C9A24B", "5B7FA6")
_RED = Font(color="B03A2E", bold=True)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("子涵", "雨桐", "浩然", "欣怡", "博文", "思远", "佳宁", "明哲", "若溪", "天佑", "诗涵", "俊杰")
_SUBJECTS = ("语文", "数学", "英语", "物理", "化学", "生物")


def _place(sheet: Any, chart: Any, anchor: str, title: str, *, width: float = 17, height: float = 8) -> None:
    chart.title, chart.width, chart.height = title, width, height
    if isinstance(chart, BarChart | LineChart):
        chart.x_axis.delete = chart.y_axis.delete = False
        for series, colour in zip(chart.series, _COLOURS, strict=False):
            series.graphicalProperties.solidFill = colour
            series.graphicalProperties.line.solidFill = colour
            series.smooth = False
    sheet.add_chart(chart, anchor)


def write_marks(path: Path) -> None:
    """Write a class's marks with ranks, statistics per subject and a chart."""
    chance = random.Random(2026)
    workbook = new_workbook(title="高一（3）班期中成绩分析", author="宋简")
    marks = Sheet(workbook, "成绩表", [7, 11, *[8] * 6, 9, 9, 8])
    marks.title("高一（3）班期中考试成绩表")
    marks.note(
        "姓名为随机生成，不对应真实学生。各科满分 100 分，低于 60 分以红色显示。总分、均分、名次由公式计算。"
    )
    marks.head(["学号", "姓名", *_SUBJECTS, "总分", "均分", "名次"])
    first, last = marks.row + 1, marks.row + 40
    for number in range(40):
        ability = chance.gauss(78, 9)
        scores = [max(38, min(100, round(chance.gauss(ability, 7)))) for _ in _SUBJECTS]
        row = marks.row + 1
        name = _SURNAMES[number % 20] + _GIVEN[(number * 7 + number // 20) % 12]
        marks.add(
            [
                number + 1,
                name,
                *scores,
                f"=SUM(C{row}:H{row})",
                f"=AVERAGE(C{row}:H{row})",
                f"=RANK(I{row},$I${first}:$I${last})",
            ],
            formats=[*[None] * 9, "0.0", "0"],
        )
    area = f"C{first}:H{last}"
    marks.sheet.conditional_formatting.add(area, _cell_rule(operator="lessThan", formula=["60"], font=_RED))
    marks.sheet.freeze_panes = f"C{first}"
    marks.sheet.print_title_rows = f"{first - 1}:{first - 1}"
    marks.sheet.auto_filter.ref = f"A{first - 1}:K{last}"
    _subject_statistics(workbook, first, last)
    _score_bands(workbook, first, last)
    workbook.save(path)


def _subject_statistics(workbook: Any, first: int, last: int) -> None:
    sheet = Sheet(workbook, "学科分析", [12, 11, 11, 11, 11, 12, 12])
    sheet.title("各学科统计")
    head = sheet.head(["学科", "平均分", "最高分", "最低分", "标准差", "及格率", "优秀率"])
    for column, subject in zip("CDEFGH", _SUBJECTS, strict=True):
        area = f"成绩表!{column}{first}:{column}{last}"
        sheet.add(
            [
                subject,
                f"=AVERAGE({area})",
                f"=MAX({area})",
                f"=MIN({area})",
                f"=STDEV({area})",
                f'=COUNTIF({area},">=60")/COUNT({area})',
                f'=COUNTIF({area},">=85")/COUNT({area})',
            ],
            formats=[None, "0.0", "0", "0", "0.00", PERCENT, PERCENT],
        )
    sheet.note("优秀线为 85 分。标准差较大的学科，学生之间差距较大，适合分层布置作业。")
    chart = BarChart()
    chart.add_data(Reference(sheet.sheet, min_col=2, min_row=head, max_row=head + 6), titles_from_data=True)
    chart.set_categories(Reference(sheet.sheet, min_col=1, min_row=head + 1, max_row=head + 6))
    chart.legend = None
    _place(sheet.sheet, chart, f"A{sheet.row + 2}", "各科平均分")


def _score_bands(workbook: Any, first: int, last: int) -> None:
    sheet = Sheet(workbook, "分数段", [14, *[10] * 6])
    sheet.title("各科分数段人数")
    sheet.head(["分数段", *_SUBJECTS])
    start = sheet.row + 1
    for low, high in ((90, 100), (80, 89), (70, 79), (60, 69), (0, 59)):
        counts = [
            f'=COUNTIFS(成绩表!{column}{first}:{column}{last},">={low}",成绩表!{column}{first}:{column}{last},"<={high}")'
            for column in "CDEFGH"
        ]
        sheet.add([f"{low}—{high}", *counts])
    sheet.total(["合计", *(f"=SUM({column}{start}:{column}{sheet.row})" for column in "BCDEFG")])


_BUDGET = {
    "收入": (("门店销售", 86000), ("线上销售", 42000), ("团购与定制", 18000)),
    "成本": (("原材料", 58000), ("包装物流", 9500), ("平台佣金", 4200)),
    "费用": (
        ("人员工资", 28000),
        ("房租物业", 12000),
        ("水电", 2600),
        ("宣传推广", 3500),
        ("设备折旧", 1800),
    ),
}


def write_budget(path: Path) -> None:
    """Write a small company's budget: twelve months, quarters, a chart."""
    workbook = new_workbook(title="小微企业年度预算", author="陈知行")
    months = [f"{month} 月" for month in range(1, 13)]
    sheet = Sheet(workbook, "月度预算", [14, *[10.5] * 12, 12.5], landscape=True)
    sheet.title("某烘焙店 2026 年度预算（元）")
    sheet.note(
        "数字为示例。季节系数已计入：二月、九月偏高（节日），七月、八月偏低（暑期）。合计与利润由公式计算。"
    )
    head = sheet.head(["项目", *months, "全年"])
    season = (0.98, 1.25, 0.9, 0.95, 1.05, 1.02, 0.86, 0.84, 1.22, 1.04, 0.97, 1.1)
    totals: dict[str, int] = {}
    for group, items in _BUDGET.items():
        start = sheet.row + 1
        for name, base in items:
            fixed = group == "费用"
            values = [base if fixed else round(base * factor / 10) * 10 for factor in season]
            sheet.add(
                [name, *values, f"=SUM(B{sheet.row + 1}:M{sheet.row + 1})"],
                formats=[None, *[WHOLE_MONEY] * 13],
            )
        sums = [f"=SUM({column}{start}:{column}{sheet.row})" for column in "BCDEFGHIJKLMN"]
        totals[group] = sheet.total([f"{group}合计", *sums], formats=[None, *[WHOLE_MONEY] * 13])
    profit = [f"={c}{totals['收入']}-{c}{totals['成本']}-{c}{totals['费用']}" for c in "BCDEFGHIJKLMN"]
    result = sheet.total(["利润", *profit], formats=[None, *[WHOLE_MONEY] * 13])
    margin = [f"={c}{result}/{c}{totals['收入']}" for c in "BCDEFGHIJKLMN"]
    sheet.add(["利润率", *margin], formats=[None, *[PERCENT] * 13])
    sheet.sheet.freeze_panes = f"B{head + 1}"
    _quarters(workbook, totals, result)
    _scenarios(workbook, totals)
    workbook.save(path)


def _quarters(workbook: Any, totals: dict[str, int], result: int) -> None:
    sheet = Sheet(workbook, "季度汇总", [14, 15, 15, 15, 15])
    sheet.title("季度汇总（元）")
    head = sheet.head(["季度", "收入", "成本", "费用", "利润"])
    for number, (first, last) in enumerate((("B", "D"), ("E", "G"), ("H", "J"), ("K", "M")), 1):
        cells = [f"=SUM(月度预算!{first}{row}:{last}{row})" for row in (*totals.values(), result)]
        sheet.add([f"第 {number} 季度", *cells], formats=[None, *[WHOLE_MONEY] * 4])
    sums = [f"=SUM({column}{head + 1}:{column}{head + 4})" for column in "BCDE"]
    sheet.total(["全年", *sums], formats=[None, *[WHOLE_MONEY] * 4])
    chart = BarChart()
    chart.add_data(
        Reference(sheet.sheet, min_col=2, max_col=5, min_row=head, max_row=head + 4), titles_from_data=True
    )
    chart.set_categories(Reference(sheet.sheet, min_col=1, min_row=head + 1, max_row=head + 4))
    _place(sheet.sheet, chart, f"A{sheet.row + 2}", "各季度收入、成本、费用与利润")


def _scenarios(workbook: Any, totals: dict[str, int]) -> None:
    sheet = Sheet(workbook, "情景分析", [16, 14, 14, 18])
    sheet.title("如果销售变化，利润会怎样")
    sheet.note("假定成本与收入同比例变化，费用不变。", height=20)
    sheet.head(["情景", "收入变化", "成本变化", "全年利润（元）"])
    for name, change in (("悲观", -0.15), ("偏低", -0.05), ("预算", 0.0), ("偏高", 0.05), ("乐观", 0.15)):
        row = sheet.row + 1
        profit = f"=月度预算!N{totals['收入']}*(1+B{row})-月度预算!N{totals['成本']}*(1+C{row})-月度预算!N{totals['费用']}"
        sheet.add([name, change, change, profit], formats=[None, PERCENT, PERCENT, WHOLE_MONEY])


def write_travel(path: Path) -> None:
    """Write a family's travel budget with a list of what was spent and a chart of shares."""
    workbook = new_workbook(title="家庭旅行预算与记账", author="Alice Lin")
    plan = Sheet(workbook, "预算", [14, 12, 10, 14, 14, 30])
    plan.title("一家三口五日游预算")
    plan.note("修改“单价”和“数量”两列即可，其余自动计算。")
    head = plan.head(["项目", "单价（元）", "数量", "预算（元）", "已花（元）", "说明"])
    items = (
        ("往返交通", 468, 3, "动车二等座，儿童半价另计"), ("住宿", 360, 4, "家庭房，含早餐"), ("餐饮", 260, 5, "每天一家"),
        ("市内交通", 60, 5, "地铁为主"), ("门票", 180, 3, "提前在官网预约"), ("纪念品", 300, 1, "孩子自己挑"), ("备用金", 800, 1, "不用最好"),
    )  # fmt: skip
    for name, price, count, note in items:
        row = plan.row + 1
        spent = f"=SUMIF(记账!C:C,A{row},记账!E:E)"
        plan.add(
            [name, price, count, f"=B{row}*C{row}", spent, note],
            formats=[None, MONEY, "0", MONEY, MONEY, None],
        )
    last = plan.row
    plan.total(
        [
            "合计",
            "",
            "",
            f"=SUM(D{head + 1}:D{last})",
            f"=SUM(E{head + 1}:E{last})",
            f'=IF(E{last + 1}>D{last + 1},"超支","未超支")',
        ],
        formats=[None, None, None, MONEY, MONEY, None],
    )
    chart = PieChart()
    chart.add_data(Reference(plan.sheet, min_col=4, min_row=head, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(plan.sheet, min_col=1, min_row=head + 1, max_row=last))
    _place(plan.sheet, chart, f"A{plan.row + 2}", "预算构成", width=15, height=9)
    book = Sheet(workbook, "记账", [13, 10, 13, 24, 12])
    book.title("旅途记账")
    book.head(["日期", "地点", "项目", "内容", "金额（元）"])
    entries = (
        (0, "出发", "往返交通", "去程动车三人", 1170), (0, "苏州", "住宿", "第一晚", 352), (0, "苏州", "餐饮", "面馆晚饭", 96),
        (1, "苏州", "门票", "园林联票", 245), (1, "苏州", "餐饮", "早茶与船菜", 288), (1, "苏州", "市内交通", "地铁、公交", 34),
        (2, "同里", "住宿", "临河客栈", 380), (2, "同里", "餐饮", "状元蹄、青菜", 176), (2, "同里", "纪念品", "缂丝书签两枚", 128),
        (3, "杭州", "住宿", "青芝坞", 366), (3, "杭州", "市内交通", "游船", 165), (3, "杭州", "餐饮", "片儿川三碗", 84),
        (4, "杭州", "门票", "植物园", 30), (4, "返程", "餐饮", "车站简餐", 93),
    )  # fmt: skip
    for day, place, item, what, amount in entries:
        book.add(
            [date(2026, 4, 3) + timedelta(days=day), place, item, what, amount],
            formats=["m月d日", None, None, None, MONEY],
        )
    workbook.save(path)


def write_health_record(path: Path) -> None:
    """Write a month's record of blood pressure and medicine."""
    chance = random.Random(12)
    workbook = new_workbook(title="家庭血压与用药记录", author="陈知行")
    sheet = Sheet(workbook, "血压记录", [13, 10, 10, 10, 10, 10, 10, 16])
    sheet.title("家庭血压记录表（2026 年 3 月）")
    sheet.note("示例数据。早晚各测两次取平均；收缩压达到 135 或以上以红色显示。")
    head = sheet.head(["日期", "早·高压", "早·低压", "早·心率", "晚·高压", "晚·低压", "晚·心率", "备注"])
    for day in range(31):
        trend = 143 - day * 0.42
        morning, evening = round(chance.gauss(trend, 3)), round(chance.gauss(trend - 5, 3))
        remark = {4: "睡眠不足", 11: "外出聚餐", 18: "感冒", 25: "散步一小时"}.get(day, "")
        sheet.add(
            [
                date(2026, 3, 1) + timedelta(days=day),
                morning,
                round(morning * 0.62),
                chance.randint(66, 78),
                evening,
                round(evening * 0.61),
                chance.randint(64, 76),
                remark,
            ],
            formats=["m月d日", *[None] * 7],
        )
    first, last = head + 1, sheet.row
    means = [f"=AVERAGE({column}{first}:{column}{last})" for column in "BCDEFG"]
    sheet.total(["平均", *means, ""], formats=[None, *["0.0"] * 6, None])
    rule = _cell_rule(operator="greaterThanOrEqual", formula=["135"], font=_RED)
    for column in "BE":
        sheet.sheet.conditional_formatting.add(f"{column}{first}:{column}{last}", rule)
    medicine = Sheet(workbook, "用药记录", [20, 14, 14, 12, 24])
    medicine.title("用药与复诊记录")
    medicine.head(["药名（遵医嘱填写）", "每次剂量", "服用时间", "剩余片数", "注意事项"])
    medicine.add(["示例：某降压药", "1 片", "早饭后", 21, "不得自行停药"])
    medicine.add(["示例：某降脂药", "1 片", "睡前", 17, "复查肝功能"])
    for _ in range(6):
        medicine.add(["", "", "", "", ""])
    chart = Sheet(workbook, "趋势图", [12, 12, 12, 12, 12, 12, 12])
    chart.title("一个月的变化")
    lines = LineChart()
    for place in (2, 5):
        lines.add_data(
            Reference(sheet.sheet, min_col=place, min_row=head, max_row=last), titles_from_data=True
        )
    lines.y_axis.scaling.min, lines.y_axis.scaling.max = 110, 150
    _place(chart.sheet, lines, "A3", "早晚收缩压", width=18, height=10)
    workbook.save(path)


def write_break_even(path: Path) -> None:
    """Write a break-even and cash-flow plan in English."""
    workbook = new_workbook(title="Break-even and Cash Flow Planner", author="Maya Turner")
    look = {"font": "Calibri", "heading_font": "Calibri"}
    inputs = Sheet(workbook, "Inputs", [34, 16, 46], **look)  # type: ignore[arg-type]
    inputs.title("Break-even planner: a small pottery studio")
    for line in CASH_NOTES:
        inputs.note(line)
    inputs.head(["Assumption", "Value", "Where the number comes from"])
    start = inputs.row + 1
    for name, value, why in (
        ("Price per mug", 28.0, "Three local shops sell between 25 and 32"),
        ("Clay and glaze per mug", 4.6, "Supplier quotation, January"),
        ("Firing per mug", 2.1, "Energy of one kiln load over 48 pieces"),
        ("Packing per mug", 1.5, "Box, paper, label"),
        ("Rent per month", 950.0, "Lease"),
        ("Insurance and licences per month", 120.0, "Yearly bill divided by twelve"),
        ("Loan repayment per month", 310.0, "Bank, sixty months"),
        ("Cash at the start", 4200.0, "Account on 1 January"),
    ):
        row = inputs.add([name, value, why], formats=[None, MONEY, None])
        inputs.sheet.cell(row, 2).fill = PatternFill("solid", start_color="FFF4CC")
    inputs.gap()
    inputs.head(["Result", "Value", "How it is calculated"])
    unit = inputs.add(
        ["Contribution per mug", f"=B{start}-SUM(B{start + 1}:B{start + 3})", "Price less variable costs"],
        formats=[None, MONEY, None],
    )
    fixed = inputs.add(
        ["Fixed costs per month", f"=SUM(B{start + 4}:B{start + 6})", "Rent, insurance, loan"],
        formats=[None, MONEY, None],
    )
    inputs.total(
        ["Break-even, mugs per month", f"=ROUNDUP(B{fixed}/B{unit},0)", "Fixed costs over contribution"],
        formats=[None, "0", None],
    )
    _cash_flow(workbook, look, start, unit, fixed)
    workbook.save(path)


def _cash_flow(workbook: Any, look: dict[str, str], start: int, unit: int, fixed: int) -> None:
    flow = Sheet(workbook, "Cash flow", [12, 13, 16, 16, 16, 16], **look)  # type: ignore[arg-type]
    flow.title("Cash flow over twelve months")
    head = flow.head(["Month", "Mugs sold", "Contribution", "Fixed costs", "Result", "Cash at end"])
    names = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    for name, sold in zip(names, (38, 44, 52, 60, 66, 70, 58, 54, 72, 84, 118, 150), strict=True):
        row = flow.row + 1
        before = f"Inputs!$B${start + 7}" if row == head + 1 else f"F{row - 1}"
        flow.add(
            [
                name,
                sold,
                f"=B{row}*Inputs!$B${unit}",
                f"=Inputs!$B${fixed}",
                f"=C{row}-D{row}",
                f"={before}+E{row}",
            ],
            formats=[None, "0", *[MONEY] * 4],
        )
    last = flow.row
    sums = [f"=SUM({column}{head + 1}:{column}{last})" for column in "BCDE"]
    flow.total(["Year", *sums, f"=F{last}"], formats=[None, "0", *[MONEY] * 4])
    chart = LineChart()
    chart.add_data(Reference(flow.sheet, min_col=6, min_row=head, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(flow.sheet, min_col=1, min_row=head + 1, max_row=last))
    _place(flow.sheet, chart, f"A{flow.row + 2}", "Cash at the end of each month")
