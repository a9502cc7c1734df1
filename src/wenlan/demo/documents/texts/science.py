"""Natural science: the solar terms, the solar system, measuring the night sky, a study of Bloom filters."""

import math
from datetime import UTC, datetime, timedelta

from wenlan.demo.documents.markup import pipe_table

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_TERMS: tuple[tuple[str, str], ...] = (
    ("小寒", "一年中最冷的日子常在小寒与大寒之间。河塘封冻，腊梅却在这时开放。农家检查窖藏，修补农具，果园给树干刷白，防止昼夜温差把树皮冻裂。"),
    ("大寒", "大寒是最后一个节气，冷到极处，转机也在其中。年关将近，家家打扫房屋、备办年货。谚语说“大寒不寒，人马不安”，冬天不够冷，来年虫害就多。"),
    ("立春", "立春的“立”是开始。气温未必升高，但日照已经明显变长，柳条由硬变软。旧俗有“咬春”，吃一口新萝卜，取它的清脆。"),
    ("雨水", "降水的形式由雪转雨，越冬的麦苗返青，需要的正是细雨。此时南北差异最大：江南油菜将花，东北仍是冰天雪地。"),
    ("惊蛰", "春雷初响，藏在土里的虫子醒来。其实唤醒它们的是回升的地温而不是雷声。果农在这时巡园除虫，事半功倍。"),
    ("春分", "太阳直射赤道，昼夜几乎等长。小麦拔节，燕子归来。民间喜欢在这天“竖蛋”，蛋能竖起来与节气无关，只要耐心，任何一天都可以。"),
    ("清明", "清明既是节气，也是节日。气清景明，草木繁茂，人们扫墓踏青。茶农赶在清明之前采下第一批嫩芽，称为明前茶。"),
    ("谷雨", "雨生百谷。牡丹在谷雨前后盛开，香椿也最嫩。棉花、玉米陆续播种，农人盼一场透雨，胜过盼客。"),
    ("立夏", "蝼蛄鸣叫，瓜藤牵蔓。江南旧俗在立夏称体重，过了夏天再称一次，看看瘦了多少，也是关心健康的朴素办法。"),
    ("小满", "麦粒开始饱满而未全熟，所以叫小满。二十四节气里有小满而没有大满，古人的意思大约是：将满未满，最是得宜。"),
    ("芒种", "有芒的麦子快收，有芒的稻子可种，一收一种，最是忙碌。长江中下游进入梅雨，衣物容易发霉，江边的梅子却正好成熟。"),
    ("夏至", "北半球白昼最长。北京的白天接近十五小时，正午的影子短到一年之最。此后白天渐短，暑气却还在累积，最热的日子在后面。"),
    ("小暑", "热风扑面，蝉声渐起。农谚说“小暑黄鳝赛人参”，此时鳝鱼肥美。荷花初放，清晨去看最好，午后花会合拢。"),
    ("大暑", "一年中最热、雷雨最多的节气。水稻喜高温，长得最快。人却要避开正午，多饮水，饮食清淡，谨防中暑。"),
    ("立秋", "秋天名义上开始，暑热还要持续一阵，俗称秋老虎。早晚的风里先有了凉意，梧桐落下第一片叶子。"),
    ("处暑", "“处”是停止，暑气到此为止。北方的天空变高变蓝，谷穗低头。渔民在这时开海，鱼虾经过一夏的休养，最为丰美。"),
    ("白露", "夜里水汽在草叶上凝成露珠，说明地面温度已降到露点以下。燕子南飞，核桃打下。俗话说“白露不露身”，早晚要添衣。"),
    ("秋分", "昼夜再次平分，此后夜长于昼。稻谷金黄，果品上市。如今这一天也是农民的丰收节。"),
    ("寒露", "露水更凉，将要成霜。菊花盛开，鸿雁南来。北方抢种小麦，“寒露种麦正当时”，早了易旺长，晚了不分蘖。"),
    ("霜降", "霜不是从天上降下来的，而是水汽在零度以下的物体表面直接凝华成的冰晶。经霜的青菜和柿子更甜，因为植物用糖分防冻。"),
    ("立冬", "水始冰，地始冻。农事收尾，北方开始储藏白菜。古人在立冬进补，今天的人多数不缺营养，吃一碗热汤面就很好。"),
    ("小雪", "天气转寒，降雪而未盛。腌菜、风腊在此时开工，因为气温低、空气干，不易变质。"),
    ("大雪", "黄河流域渐有积雪。雪里含有少量氮，又能保温，麦田盖上一层雪，如同盖上棉被，所以说瑞雪兆丰年。"),
    ("冬至", "北半球白昼最短，正午的影子最长。古人用圭表量影，最先测定的就是冬至。北方吃饺子，南方吃汤圆，从这天起数九。"),
)  # fmt: skip


def _sun_longitude(moment: datetime) -> float:
    """Return the sun's apparent longitude in degrees, right to about 0.01 (Meeus, Astronomical Algorithms, ch. 25)."""
    century = (moment - _J2000).total_seconds() / 86400 / 36525
    mean = 280.46646 + 36000.76983 * century
    anomaly = math.radians(357.52911 + 35999.05029 * century)
    centre = (
        1.914602 * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly) + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * century)
    return (mean + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


def term_day(year: int, number: int) -> datetime:
    """Return when the sun reaches the longitude of a solar term, in Chinese time; 0 is Minor Cold in January."""
    goal = (285 + 15 * number) % 360
    moment = datetime(year, 1, 5, tzinfo=UTC) + timedelta(days=15.2 * number)
    for _ in range(6):
        gap = (goal - _sun_longitude(moment) + 180) % 360 - 180
        moment += timedelta(days=gap * 365.2422 / 360)
    return moment + timedelta(hours=8)


def day_length_hours(year: int, number: int, latitude: float) -> float:
    """Return the hours of daylight on the day of a term, refraction and the sun's size included."""
    longitude = math.radians(_sun_longitude(term_day(year, number)))
    declination = math.asin(math.sin(longitude) * math.sin(math.radians(23.44)))
    place = math.radians(latitude)
    cosine = (math.sin(math.radians(-0.833)) - math.sin(place) * math.sin(declination)) / (
        math.cos(place) * math.cos(declination)
    )
    return math.degrees(math.acos(max(-1, min(1, cosine)))) / 7.5


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60} 时 {minutes % 60:02d} 分"


def solar_terms() -> str:
    """Return the booklet on the twenty-four solar terms, with its computed calendar."""
    rows = []
    for number, (name, _) in enumerate(_TERMS):
        day = term_day(2026, number)
        rows.append(
            [
                name,
                f"{(285 + 15 * number) % 360}°",
                f"{day.month} 月 {day.day} 日",
                _clock(day_length_hours(2026, number, 39.9)),
                _clock(day_length_hours(2026, number, 23.1)),
            ]
        )
    calendar = pipe_table(
        ["节气", "太阳黄经", "2026 年日期", "北京昼长", "广州昼长"],
        rows,
        caption="表 1 2026 年二十四节气与昼长",
    )
    seasons = ("春", "夏", "秋", "冬")
    order = [*range(2, 24), 0, 1]
    parts = [_TERMS_INTRODUCTION, calendar, _TERMS_SKY]
    for place, season in enumerate(seasons):
        parts += [f"# {'三四五六'[place]}、{season}季六节"]
        for number in order[place * 6 : place * 6 + 6]:
            name, text = _TERMS[number]
            day = term_day(2026, number)
            parts += [f"## {name}（2026 年 {day.month} 月 {day.day} 日）", text]
    return "\n".join([*parts, _TERMS_END])


_TERMS_INTRODUCTION = """
# 一、太阳走过的二十四步
农历的月份跟着月亮走，节气却完全跟着太阳走。从地球上看，太阳一年在星空背景上绕行一圈，这条路叫黄道。把黄道从春分点起每 15 度分成一段，太阳走到每一个分点的时刻，就是一个节气。所以节气在公历里的日期几乎固定，上半年大致在 6 日和 21 日前后，下半年在 8 日和 23 日前后，相差不过一两天。
地球绕日的轨道是椭圆。一月初离太阳最近，走得最快，所以冬天的节气间隔约 14.7 天；七月初离太阳最远，走得最慢，夏天的间隔约 15.7 天。古人用圭表量影，先测得冬至，再把一年平均分成二十四份；清代改用按黄经划分的“定气”，沿用至今。
下表的日期和昼长由太阳位置公式计算得到，昼长已经计入大气折射和太阳圆面的大小。[[采用简化的太阳黄经公式，误差约百分之一度，折合时间约一刻钟，足以确定日期。]]
"""

_TERMS_SKY = """
# 二、昼夜、温度与物候
!daylight | 图 1 不同纬度的昼长在一年中的变化
昼长的变化在春分、秋分前后最快，北京每天约变化三分钟；在夏至、冬至前后最慢，几天之内几乎不变。纬度越高，变化越大。气温则落后于日照：夏至日照最强，最热却在一个月之后的大暑，因为地面和海洋吸热、放热都需要时间，就像关火之后锅里的水还会热一阵。
节气产生于黄河中下游，描述的是那里的气候。东北、岭南、高原各有自己的物候，所以各地有不同的农谚。了解了原理，就知道什么可以照搬，什么必须因地而异。
"""

_TERMS_END = """
# 七、自己动手：一根竹竿的天文台
1. 选一根一米长的竹竿，垂直立在平地上，用铅垂线校正。
2. 每个节气的当天，从上午十一点到下午一点，每十分钟标出影子的顶端。
3. 最短的一条影子就是正午的影子，它的方向是正北。量出长度，记在表里。
4. 太阳的高度角可由影长求出：高度角的正切等于竿长除以影长。春分日测得的高度角，用 90 度去减，就是当地的纬度。
坚持一年，你会得到一条起伏的曲线，它的最高点是冬至，最低点是夏至。两千多年前的人，就是这样测出一年有三百六十五天又四分之一的。
"""

PLANETS = """
# 我们的家在哪里
- 太阳系有 8 颗行星，绕着同一个方向转
- 太阳占了总质量的 **99.86%**
- 从太阳到地球，光要走约 8 分 20 秒
!system | 由近到远的八颗行星（大小、距离均为示意）
# 一张成绩单
| 行星 | 直径（公里） | 离太阳（天文单位） | 公转周期 | 自转周期 |
| 水星 | 4879 | 0.39 | 88 天 | 58.6 天 |
| 金星 | 12104 | 0.72 | 225 天 | 243 天（逆向） |
| 地球 | 12756 | 1.00 | 365 天 | 23.9 时 |
| 火星 | 6792 | 1.52 | 687 天 | 24.6 时 |
| 木星 | 142984 | 5.20 | 11.9 年 | 9.9 时 |
| 土星 | 120536 | 9.58 | 29.4 年 | 10.7 时 |
| 天王星 | 51118 | 19.2 | 84 年 | 17.2 时（逆向） |
| 海王星 | 49528 | 30.1 | 165 年 | 16.1 时 |
# 水星：冷热两重天
- 白天可达 **430℃**，夜间降到 -180℃
- 几乎没有大气，留不住热量
- 满面陨石坑，像月亮
!mercury | 水星
# 金星：失控的温室
- 比水星离太阳远，却**更热**：约 465℃
- 浓厚的二氧化碳把热量关在里面
- 自转方向相反，太阳从西边升起
!venus | 金星
# 地球：刚刚好
- 距离合适，水能保持液态
- 磁场挡住太阳风，臭氧层挡住紫外线
- 月亮让自转轴保持稳定，四季分明
!earth | 地球
# 火星：生锈的行星
- 红色来自氧化铁
- 有太阳系最高的火山：奥林波斯山，高约 22 公里
- 干涸的河床说明，**那里曾经有水**
!mars | 火星
# 木星：行星之王
- 质量是其余七颗之和的 2.5 倍
- 大红斑是一场刮了几百年的风暴
- 伽利略发现的四颗大卫星，双筒镜就能看见
!jupiter | 木星
# 土星：戴草帽的巨人
- 光环主要由冰块和石块组成
- 宽二十多万公里，厚度多处只有**几十米**
- 平均密度比水小
!saturn | 土星
# 天王星与海王星
- 天王星“躺着”公转，自转轴倾斜 98 度
- 海王星是先**算**出来、后看到的
- 两者的蓝色来自大气中的甲烷
!neptune | 海王星
# 月亮为什么有圆缺
- 月亮不发光，我们看到的是被太阳照亮的部分
- 绕地球一周约 27.3 天，圆缺一轮约 **29.5 天**
!moon | 从新月到残月
> 月相不是地球的影子造成的，地影造成的是月食
# 如果把太阳缩成一个篮球
| 天体 | 大小 | 放在哪里 |
| 太阳 | 篮球（24 厘米） | 校门口 |
| 水星 | 0.8 毫米的砂粒 | 10 米外 |
| 地球 | 2.2 毫米的芝麻 | 26 米外 |
| 木星 | 2.5 厘米的弹珠 | 134 米外 |
| 海王星 | 8 毫米的豆子 | 775 米外 |
| 最近的恒星 | 另一个篮球 | 约 6900 公里外 |
# 今晚就能做的三件事
- 找到西边或东边最亮的“星”，多半是金星或木星
- 连续三晚同一时间画下月亮的位置
- 用双筒望远镜看月面明暗交界处的环形山
> 天文学从抬头开始
"""

NIGHT_SKY = r"""
# Introduction
You do not need a telescope to measure the sky. With an outstretched hand, a protractor, a piece of string and a clear evening, you can find your latitude, the length of the day on Earth to within seconds, and the speed of a satellite. This guide describes five measurements in order of difficulty, with the errors you should expect. Writing down the error is not a sign of failure; it is what makes a number scientific.
# 1. Angles with your hand
At arm's length a little finger covers about $1^{\circ}$, a fist about $10^{\circ}$, and the span from thumb to little finger about $20^{\circ}$. The reason that this works for children and adults alike is that people with longer arms have larger hands.
^ Table 1. Some angles to check your hand with
| From | To | Angle |
| Edge of the full Moon | opposite edge | $0.5^{\circ}$ |
| Dubhe | Merak (the Pointers) | $5.4^{\circ}$ |
| Betelgeuse | Rigel | $18.6^{\circ}$ |
| Deneb | Vega | $23.8^{\circ}$ |
!plough | The Plough; the two stars on the right point to the Pole Star
# 2. Your latitude from the Pole Star
Tape a string with a weight to the centre of a protractor, sight along the straight edge at the Pole Star, and read where the string crosses the scale. The altitude of the pole equals your latitude $\phi$. The Pole Star stands about $0.6^{\circ}$ from the true pole, so a single reading can be wrong by that much. Two readings twelve hours of star time apart, averaged, remove the error:
$$ \phi=\frac{h_{1}+h_{2}}{2}
With care, a home-made quadrant gives $\pm 0.5^{\circ}$, which is about 55 kilometres on the ground.
# 3. The star day
Choose a bright star and a sharp edge, such as a chimney, and a fixed place for your eye. Note the second at which the star disappears. Repeat on the next clear night. The star will be early by nearly four minutes for every day that has passed, because the Earth has moved along its orbit:
$$ T_{\text{star}}=\frac{365.2422}{366.2422} \times 24 \text{ h} \approx 23 \text{ h } 56 \text{ min } 4 \text{ s}
Leave ten days between the readings and the error of your eye, perhaps two seconds, is divided by ten.
# 4. How bright is a star?
Magnitudes run backwards: the brighter the star, the smaller the number. Five magnitudes are a factor of exactly one hundred in light, so two stars of magnitudes $m_{1}$ and $m_{2}$ have the ratio
$$ \frac{F_{1}}{F_{2}}=10^{0.4\left(m_{2}-m_{1}\right)}
^ Table 2. Magnitude and light, compared with a star of magnitude 6
| Magnitude | Light | Example |
| 6 | 1 | Faintest for the naked eye in the country |
| 4 | 6.3 | Faintest in a suburb |
| 2 | 39.8 | The Pole Star |
| 0 | 251 | Vega |
| $-1.5$ | 1000 | Sirius |
| $-4$ | 10000 | Venus |
To estimate a variable star, find two neighbours, one a little brighter and one a little fainter, whose magnitudes are known, and place the star between them in tenths. A practised observer is right within 0.1 magnitude.
!variable | A variable star of the Cepheid kind: rise in a day, decline in four
# 5. The speed of a satellite
On a clear evening an hour after sunset, wait for a steady light that crosses the sky without blinking. Time how long it takes to move $20^{\circ}$ when it is high above you. If its height is $H$ and it needs $t$ seconds for the angle $\theta$, then, near the zenith,
$$ v \approx \frac{H \cdot \theta}{t} \quad \text{with } \theta \text{ in radians}
For a height of 420 kilometres and a time of 19 seconds, the angle of 0.349 radians gives 7.7 kilometres per second. The theoretical value follows from gravity alone:
$$ v=\sqrt{\frac{GM}{R+H}} \approx 7.66 \text{ km/s}
# Keeping a log
- Date and time, with the time zone, to the second where it matters.
- Place: latitude, longitude, and whether there were lamps nearby.
- The faintest star you could see; it tells how good the sky was.
- What you measured, with the instrument, and **every** reading, not only the good ones.
> A reading that does not fit is the most valuable line in the log. Do not erase it; ask what it wants to tell you.
# Further work
1. Measure the altitude of the Sun at noon on the first day of each month and draw the curve.
2. Photograph the Moon at perigee and apogee with the same lens, and find the ratio of the diameters.
3. Count meteors for one hour in mid-August, and again two weeks later. What is the difference, and is it larger than chance?
"""
