"""The Chinese documents of the demo library."""

from wenlan.demo.documents import figures, workbooks
from wenlan.demo.documents.docx_tools import WordLook
from wenlan.demo.documents.makers import book, deck, plain, word
from wenlan.demo.documents.model import DemoDocument
from wenlan.demo.documents.pptx_tools import DeckLook
from wenlan.demo.documents.texts import business, computing, education, health, law, living, official, science
from wenlan.demo.documents.texts.mathematics import handbook
from wenlan.demo.documents.texts.mathematics.figures import FIGURES

_ALICE, _SONG, _CHEN, _MAYA = range(4)

CHINESE: tuple[DemoDocument, ...] = (
    DemoDocument(
        "math-handbook", "高中数学复习讲义：概念、例题、练习与详解.docx", "高中数学复习讲义：概念、例题、练习与详解",
        "十二章讲完高中数学的主干：集合、函数、数列、解析几何、导数、概率与统计。每章有例题与易错提醒，练习附全部过程，书末有数表与中英术语。",
        "education", ("高中数学", "复习讲义", "练习与答案"), "zh-hans", 1990, 10, _SONG,
        word(
            handbook, title="高中数学复习讲义", subtitle="概念、例题、练习与详解", author=_SONG,
            look=WordLook(cover=True, contents=True, header="高中数学复习讲义", title_size=28, line_spacing=1.6), pictures=FIGURES,
        ),
    ),
    DemoDocument(
        "official-guide", "机关常用公文写作指南.docx", "机关常用公文写作指南",
        "从想清楚到发出去：选文种、搭结构、守格式、炼语言、做校对，附修改示例与自查清单。",
        "official-writing", ("公文", "写作", "机关"), "zh-hans", 990, 4, _CHEN,
        word(
            official.GUIDE, title="机关常用公文写作指南", subtitle="写给第一次动笔的人", author=_CHEN,
            look=WordLook(cover=True, contents=True, header="机关常用公文写作指南", accent="8C2F2B", heading_colour="8C2F2B", title_size=28, body_size=14),
        ),
    ),
    DemoDocument(
        "safety-notice", "关于开展2026年安全生产月活动的通知（范例）.doc", "关于开展2026年安全生产月活动的通知（范例）",
        "一份完整的活动通知范例：依据、任务、分工表、时间节点与要求俱全，可直接参照修改。",
        "official-writing", ("通知", "安全生产", "范文"), "zh-hans", 0, None, _CHEN,
        word(
            official.NOTICE, title="关于开展 2026 年安全生产月活动的通知", author=_CHEN,
            look=WordLook(body_font="仿宋", body_size=14, accent="B3261E", heading_colour="111111", title_size=20),
        ),
        through="docx",
    ),
    DemoDocument(
        "survey-notes", "调研报告写作要点.txt", "调研报告写作要点",
        "怎样缩小题目、设计访谈、记录原话、整理材料并写出能落地的建议，附一个老年食堂的小例子。",
        "official-writing", ("调研报告", "写作"), "zh-hans", 0, None, _CHEN,
        plain(official.SURVEY, encoding="gb18030"),
    ),
    DemoDocument(
        "water-lesson", "小学科学《水的三态变化》教学设计.doc", "小学科学《水的三态变化》教学设计",
        "含课前调查数据、两次探究活动、板书、作业和试教之后的反思，图表齐全。",
        "education", ("小学科学", "教学设计", "教案"), "zh-hans", 490, 2, _SONG,
        word(
            education.WATER, title="小学科学《水的三态变化》教学设计", subtitle="四年级　一课时（40 分钟）", author=_SONG,
            look=WordLook(accent="2F6B6B", heading_colour="2F6B6B", body_size=12, header="教学设计"), pictures=figures.WATER,
        ),
        through="docx",
    ),
    DemoDocument(
        "physics-deck", "初中物理：杠杆与浮力.pptx", "初中物理：杠杆与浮力（课堂课件）",
        "十五页课件，配示意图、实验数据与课堂练习，全部内容按点击逐条出现。",
        "education", ("初中物理", "课件", "杠杆", "浮力"), "zh-hans", 590, 5, _SONG,
        deck(education.PHYSICS, title="杠杆与浮力", subtitle="初中物理　八年级下册复习课", author=_SONG, pictures=figures.PHYSICS),
    ),
    DemoDocument(
        "class-marks", "高一（3）班期中成绩分析.xlsx", "高一（3）班期中成绩分析",
        "四十人成绩表，自动计算总分与名次；学科分析与分数段两张表由公式生成，附柱形图。",
        "education", ("成绩分析", "表格模板"), "zh-hans", 290, 1, _SONG, workbooks.write_marks,
    ),
    DemoDocument(
        "git-book", "Git 版本管理实用教程.pdf", "Git 版本管理实用教程",
        "从三个区域讲到分支、协作与后悔药，命令都配使用场景，末尾有练习与速查表。带书签。",
        "computing", ("Git", "版本管理", "教程"), "zh-hans", 790, 4, _MAYA,
        book(
            computing.GIT, title="Git 版本管理实用教程", subtitle="写给第一次与别人一起写代码的人", author=_MAYA,
            accent="3D5A73", pictures=figures.GIT,
        ),
    ),
    DemoDocument(
        "sorting-deck", "排序算法图解.pptx", "排序算法图解：六种方法与实测比较",
        "冒泡、选择、插入、归并、快速、堆排序逐一图解，比较次数由程序实测，说明实际工作中怎样选择。",
        "computing", ("算法", "排序", "数据结构"), "zh-hans", 690, 5, _MAYA,
        deck(
            computing.SORTING, title="排序算法图解", subtitle="六种方法与实测比较", author=_MAYA,
            look=DeckLook(accent="3D5A73", second="C0713E", tint="E9EEF3"), pictures=figures.SORTING,
        ),
    ),
    DemoDocument(
        "budget", "小微企业年度预算模板.xlsx", "小微企业年度预算模板",
        "以一家烘焙店为例：十二个月的收入、成本、费用与利润，季度汇总、图表和五种情景。",
        "business", ("预算", "财务", "表格模板"), "zh-hans", 890, 1, _CHEN, workbooks.write_budget,
    ),
    DemoDocument(
        "time-value", "货币的时间价值：从复利到净现值.docx", "货币的时间价值：从复利到净现值",
        "用公式、系数表和还款表讲清单利与复利、现值、年金、净现值，例题全部算到底。",
        "business", ("理财", "复利", "净现值"), "zh-hans", 390, 3, _CHEN,
        word(
            business.TIME_VALUE, title="货币的时间价值", subtitle="从复利到净现值", author=_CHEN,
            look=WordLook(accent="6B5B2E", heading_colour="6B5B2E", header="货币的时间价值"), pictures=figures.MONEY,
        ),
    ),
    DemoDocument(
        "blood-pressure", "高血压居家管理手册.pdf", "高血压居家管理手册",
        "怎样在家量准血压、看不见的盐藏在哪里、用药误区、何时必须就医，以及一周行动计划。",
        "health", ("高血压", "健康手册", "家庭护理"), "zh-hans", 0, None, _CHEN,
        book(
            health.PRESSURE, title="高血压居家管理手册", subtitle="量得准、吃得淡、动得巧、药不断", author=_CHEN,
            accent="2F6B6B", contents=False, pictures=figures.PRESSURE,
        ),
    ),
    DemoDocument(
        "neck-deck", "办公室颈椎保健十讲.ppt", "办公室颈椎保健十讲",
        "低头的代价、工位调整、三个动作、枕头选择与一天的时间表，适合单位健康讲座。",
        "health", ("颈椎", "健康讲座"), "zh-hans", 390, 3, _ALICE,
        deck(
            health.NECK, title="办公室颈椎保健", subtitle="每天三分钟，少看一次医生", author=_ALICE,
            look=DeckLook(accent="4F7A5B", second="C0713E", tint="EAF1EB"), pictures=figures.NECK,
        ),
        through="pptx",
    ),
    DemoDocument(
        "health-record", "家庭血压与用药记录表.xls", "家庭血压与用药记录表",
        "一个月的早晚血压，自动计算平均值、标出偏高的读数；另有用药记录与趋势图。",
        "health", ("血压记录", "表格模板"), "zh-hans", 0, None, _CHEN, workbooks.write_health_record, through="xlsx",
    ),
    DemoDocument(
        "lease", "房屋租赁合同（示范文本）.doc", "房屋租赁合同（示范文本）",
        "十条正文加物品清单：押金退还、维修时限、进入房屋、提前解除等容易争执的地方都写明了。",
        "law", ("租赁合同", "范本", "租房"), "zh-hans", 590, 2, _ALICE,
        word(law.LEASE, title="房屋租赁合同", subtitle="（示范文本）", author=_ALICE, look=WordLook(accent="444444", heading_colour="111111", header="房屋租赁合同")),
        through="docx",
    ),
    DemoDocument(
        "labour-questions", "劳动合同十五问.docx", "劳动合同十五问：从入职到离职",
        "试用期、加班费、年休假、经济补偿、竞业限制……每个问题一段话说清，附计算示例和证据清单。",
        "law", ("劳动合同", "加班费", "经济补偿"), "zh-hans", 0, None, _CHEN,
        word(
            law.LABOUR, title="劳动合同十五问", subtitle="从入职到离职", author=_CHEN,
            look=WordLook(accent="5B3F6B", heading_colour="5B3F6B", header="劳动合同十五问"),
        ),
    ),
    DemoDocument(
        "debt-note", "借条写法与示范.docx", "借条写法与示范",
        "一页示范加八个要点：借条与欠条的区别、利率上限、大小写、诉讼时效。",
        "law", ("借条", "民间借贷", "范本"), "zh-hans", 190, 1, _ALICE,
        word(law.DEBT, title="借条写法与示范", author=_ALICE, look=WordLook(accent="8C2F2B", heading_colour="8C2F2B")),
    ),
    DemoDocument(
        "yunnan", "云南七日慢行.docx", "云南七日慢行：昆明、大理、沙溪",
        "三站七天，每天只安排一件事：步道、骑行、菜市场与清晨的雾，附气温图和开支表。",
        "living", ("旅行", "云南", "攻略"), "zh-hans", 490, 2, _ALICE,
        word(
            living.YUNNAN, title="云南七日慢行", subtitle="昆明　·　大理　·　沙溪", author=_ALICE,
            look=WordLook(accent="3F6A63", heading_colour="3F6A63", header="云南七日慢行", line_spacing=1.6), pictures=figures.YUNNAN,
        ),
    ),
    DemoDocument(
        "cooking", "家常菜十六味.pdf", "家常菜十六味：成败只在关键处",
        "十六道家常菜按难易排列，用量精确，每道菜点明一个成败的关键，附一周菜单。带书签。",
        "living", ("菜谱", "家常菜"), "zh-hans", 690, 4, _ALICE,
        book(
            living.COOKING, title="家常菜十六味", subtitle="成败只在关键处", author=_ALICE, accent="A0522D",
            pictures=figures.COOKING,
        ),
    ),
    DemoDocument(
        "travel-budget", "家庭旅行预算与记账.xlsx", "家庭旅行预算与记账",
        "改单价和数量就得到预算，记一笔账自动归类、自动提示是否超支，附构成图。",
        "living", ("旅行预算", "记账", "表格模板"), "zh-hans", 190, 1, _ALICE, workbooks.write_travel,
    ),
    DemoDocument(
        "reading", "我的读书方法.txt", "我的读书方法",
        "七条笨办法：先读目录、用铅笔、合上书说一遍、一张卡片、敢于放下、有所不读、读与写。",
        "living", ("读书", "随笔"), "zh-hans", 0, None, _ALICE, plain(living.READING_NOTES),
    ),
    DemoDocument(
        "solar-terms", "二十四节气：太阳走过的二十四步.docx", "二十四节气：太阳走过的二十四步",
        "节气怎样由太阳的位置决定，2026 年日期与昼长由公式算出；二十四节各写物候与风俗，末尾教你立竿测影。",
        "science", ("二十四节气", "天文", "物候"), "zh-hans", 590, 3, _SONG,
        word(
            science.solar_terms, title="二十四节气", subtitle="太阳走过的二十四步", author=_SONG,
            look=WordLook(cover=True, contents=True, accent="7A5C2E", heading_colour="7A5C2E", header="二十四节气", title_size=30, body_size=13, line_spacing=1.8), pictures=figures.TERMS,
        ),
    ),
    DemoDocument(
        "planets", "太阳系漫游.pptx", "太阳系漫游：八颗行星与月亮",
        "手绘风格的行星图、数据表和按比例缩小的校园模型，逐条动画，适合一堂科普课。",
        "science", ("太阳系", "行星", "科普", "课件"), "zh-hans", 0, None, _SONG,
        deck(
            science.PLANETS, title="太阳系漫游", subtitle="八颗行星与月亮", author=_SONG,
            look=DeckLook(accent="27415F", second="C9973B", tint="E8EDF3"), pictures=figures.PLANETS,
        ),
    ),
)  # fmt: skip
