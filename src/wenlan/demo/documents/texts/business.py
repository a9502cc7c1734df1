"""Economy and management: the value of time, supply and demand, a one-page plan."""

from wenlan.demo.documents.markup import pipe_table


def _growth_table() -> str:
    rows = [
        [str(years), *(f"{(1 + rate / 100) ** years:.4f}" for rate in (2, 3, 4, 5, 6, 8))]
        for years in (1, 2, 3, 5, 8, 10, 15, 20, 25, 30)
    ]
    head = ["年数", "2%", "3%", "4%", "5%", "6%", "8%"]
    return pipe_table(head, rows, caption="表 1 复利终值系数：现在的 1 元若干年后值多少")


def _loan_table() -> str:
    """The first and last months of an annuity loan of 300,000 at 3.6 % over 120 months."""
    rate, months, debt = 0.036 / 12, 120, 300_000.0
    payment = debt * rate / (1 - (1 + rate) ** -months)
    rows = []
    for month in range(1, months + 1):
        interest = debt * rate
        debt -= payment - interest
        if month in {1, 2, 3, 12, 24, 36, 60, 84, 108, 119, 120}:
            rows.append(
                [
                    str(month),
                    f"{payment:,.2f}",
                    f"{interest:,.2f}",
                    f"{payment - interest:,.2f}",
                    f"{abs(debt):,.2f}",
                ]
            )
    head = ["期次", "月供（元）", "其中利息", "其中本金", "剩余本金"]
    return pipe_table(head, rows, caption="表 2 30 万元、年利率 3.6%、十年等额本息还款（节选）")


TIME_VALUE = (
    r"""
# 一、今天的一元与明年的一元
如果有人欠你一万元，你愿意今天收到，还是一年以后收到？几乎所有人都选今天。理由有三：今天的钱可以存起来生息；物价可能上涨；对方一年以后可能还不上。这三条理由合在一起，就是货币的时间价值。
时间价值是一切长期决策的出发点：买房还是租房，提前还贷还是留作投资，设备买便宜的还是耐用的，保险分期交还是一次交清。这些问题的共同点是，收支发生在不同的时间，而不同时间的钱不能直接相加。
# 二、单利、复利与七二法则
单利只对本金计息，复利对本金和以前的利息一起计息。本金 $P$、每期利率 $r$、经过 $n$ 期：
$$ F_{\text{单}}=P\left(1+nr\right), \quad F_{\text{复}}=P\left(1+r\right)^{n}
时间短时两者差别不大，时间一长就判若云泥。图 1 画出一万元按 5% 增长三十年的结果。
!compound | 图 1 一万元三十年的增长：单利与复利
估算翻一番的时间有一个简便的办法：用 72 除以百分数利率。利率 6% 时约 12 年翻一番，8% 时约 9 年。[[精确的时间是 2 的对数除以 1 加利率的对数。利率在百分之四到百分之十之间，七二法则的误差不超过百分之二。]]
"""
    + _growth_table()
    + r"""
# 三、现值：把未来折回今天
把复利公式倒过来，就是折现：
$$ P=\frac{F}{\left(1+r\right)^{n}}
利率在这里叫**折现率**，它代表资金的机会成本：这笔钱如果不用在这里，最稳妥的去处能得到多少回报。折现率选得越高，未来的钱越不值钱，长期项目就越难通过。
**例 1** 五年后需要一笔 20 万元的学费，年利率 3%，今天应存入多少？
= 解：$P=\frac{200000}{1.03^{5}} \approx 172522$ 元。如果利率只有 2%，则需要约 181146 元。利率相差一个百分点，今天的投入就要多出八千六百多元。
# 四、年金：一连串相同的收支
房租、月供、养老金，都是每隔相同时间发生相同金额的收支，称为年金。每期末支付 $A$，共 $n$ 期，其现值是一个等比数列的和：
$$ P=A \cdot \frac{1-\left(1+r\right)^{-n}}{r}
把它反过来，就得到等额本息贷款的月供：
$$ A=\frac{Pr}{1-\left(1+r\right)^{-n}}
"""
    + _loan_table()
    + r"""
表中可以看出，开始时月供里的利息较多，以后逐月减少。因此提前还款越早越合算；到了最后两年，利息已经所剩无几，提前还款省不下多少钱。
> 常见误解：“等额本息比等额本金吃亏，因为总利息多。”总利息多，是因为借的钱还得慢、占用的时间长，两种方式的利率是一样的。选哪一种，应当看自己的现金流。
# 五、净现值：该不该投资
一个项目现在投入，将来陆续收回。把所有的收支折现相加，就是净现值：
$$ NPV=-C_{0}+\sum_{t=1}^{n} \frac{C_{t}}{\left(1+r\right)^{t}}
净现值大于零，说明项目的回报高于机会成本，值得做；小于零，不如把钱放在别处。
**例 2** 一家面馆打算花 6 万元添置设备，预计今后四年每年多赚 1.8 万元，设备无残值，折现率 8%。是否值得？
= 解：年金现值系数为 $\frac{1-1.08^{-4}}{0.08} \approx 3.3121$，收入现值约 59618 元，净现值约 $-382$ 元，略亏。如果设备能多用一年，系数变为 3.9927，净现值约 11869 元，就值得了。可见判断的关键不在收入，而在设备究竟能用几年。
# 六、使用这些公式时的分寸
- 折现率不是越精确越好。它本身就是估计，应当用高、中、低三种利率各算一遍，看结论是否改变。
- 名义利率与实际利率要配套。收入按不变价格估计，就用扣除通胀之后的利率。
- 手续费、税和违约的可能都应计入。宣传的“日息万分之三”，折合年利率约 11%。
- 算不进公式的东西也有价值：离家近、睡得安稳、与家人相处的时间。
# 七、练习
1. 每年末存入 1 万元，年利率 4%，二十年后共有多少？（约 29.78 万元）
2. 年利率 3.6%，贷款 50 万元，二十年还清，等额本息的月供是多少？（约 2926 元）
3. 一次付清保险费 4.6 万元，或者每年初付 1 万元、付五年，折现率 4%，哪一种合算？（分期的现值约 46299 元，一次付清略合算）
"""
)

MARKET = """
# What this lesson is about
- Why does a cup of coffee cost more at an airport?
- Why did strawberries become cheap in May?
- One picture with two lines answers both
> Prices carry information: they tell people what is scarce
# Demand: how much would you buy?
- A lower price brings **new buyers** and lets old ones buy more
- The demand curve slopes downwards
- It shows a plan, **not a purchase**
- Everything else is held still: income, tastes, other prices
!demand | Demand for coffee at a campus kiosk
# Supply: how much would you offer?
- A higher price makes extra effort worthwhile
- Extra hours, extra staff, a second machine
- The supply curve slopes upwards
> The cost of the last cup decides, not the average
# Where the lines meet
- At the equilibrium price, plans agree
- Above it: unsold cups, a **surplus**
- Below it: queues, a **shortage**
- Nobody has to know the curves for this to work
!equilibrium | Equilibrium at 15 yuan and 90 cups
# The numbers behind the picture
^ Plans at the kiosk, cups per day
| Price (yuan) | Cups wanted | Cups offered | What happens |
| 9 | 126 | 54 | Queue of 72 |
| 12 | 108 | 72 | Queue of 36 |
| 15 | 90 | 90 | Plans agree |
| 18 | 72 | 108 | 36 cups left |
| 21 | 54 | 126 | 72 cups left |
# Moving along or shifting?
- The price changes: move **along** the curve
- Anything else changes: the curve **shifts**
- Cold weather shifts the demand for hot drinks to the right
- A cheaper machine shifts the supply to the right
> "Demand rose, so the price rose, so demand fell" mixes up the two
# Elasticity: who feels the price?
- Percentage change of quantity over percentage change of price
- Large when there are **substitutes** and time to adjust
- Small for salt, medicine, the last train home
| Good | A price rise of 10% | Elasticity |
| Salt | Sales fall about 1% | 0.1 |
| Coffee at the kiosk | Sales fall about 10% | 1.0 |
| One brand of tea among many | Sales fall about 30% | 3.0 |
# What a tax does
- A tax puts a wedge between what buyers pay and sellers keep
- The side that **cannot walk away** bears more of it
- Some trades no longer happen: a loss that nobody receives
> Who hands the money to the tax office does not decide who bears it
# A price ceiling
- Set below the equilibrium, it creates a shortage
- Queues, favours and waiting lists replace the price
- Those who get the good are better off; others get none
- Useful in short emergencies, costly if it stays
# Exercises
- Draw the market for umbrellas on a sunny and on a rainy day
- Rents rise although no flat was torn down. Give two possible reasons
- A bus company raises fares by 10% and loses 4% of its riders. Does its income rise?
> Answer to the last: yes, 1.10 times 0.96 is 1.056
"""

CASH_NOTES = (
    "Change only the cells with a pale yellow background; everything else is calculated.",
    "Fixed costs do not change with the number of units sold; variable costs do.",
    "The break-even point is where the contribution of all units just pays the fixed costs.",
)
