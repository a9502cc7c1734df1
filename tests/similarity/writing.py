"""Texts of our own to compare: long ones, and what many texts have in common."""

from __future__ import annotations

import random

_WORDS = """
海岸 灯塔 渔船 航道 岩石 风暴 港湾 货轮 鲸鱼 老人 村庄 孩子 故事 黄昏 台阶 玻璃 窗户 灯光 花园 月季 牡丹 草坪 灌溉 修剪 土壤 种子 果树
桥梁 钢筋 桥墩 隧道 铁路 车站 工人 图纸 水泥 算法 数据 索引 缓存 线程 网络 屏幕 键盘 程序 旅行 地图 帐篷 背包 溪流 山谷 露营 森林 松树
雪山 冰川 湖泊 草原 骏马 牧人 羊群 厨房 面包 蔬菜 香料 茶叶 瓷器 书店 诗歌 小说 戏剧 音乐 钢琴 提琴 画家 颜料 雕塑 博物馆 历史 皇帝 战争
和平 商人 丝绸 骆驼 沙漠 绿洲 星空 望远镜 行星 月亮 太阳 温度 湿度 气压 实验 试管 细胞 基因 蛋白质 医生 护士 药物 病人 睡眠 运动 球场
足球 冠军 裁判 教练 学校 教室 老师 作业 考试 毕业 理想 工作 工资 银行 市场 价格 顾客 广告 品牌 工厂 机器 质量 仓库 汽车 轮胎 发动机 公路
发现 观察 记录 比较 证明 描述 修理 搬运 种植 收获 设计 建造 测量 计算 等待 离开 回忆 寻找 相信 怀疑 喜欢 害怕 明亮 黑暗 安静 热闹 古老
崭新 遥远 温暖 寒冷 坚固 脆弱 缓慢 迅速 丰富 贫乏 重要 普通
""".split()  # noqa: SIM905 (one to a line they would be a page)
_ENGLISH = """
harbour lighthouse keeper storm granite vessel channel lantern evening village garden orchard meadow river bridge tunnel
railway engineer drawing concrete algorithm database network keyboard traveller mountain glacier forest shepherd kitchen
bread pepper porcelain novel theatre violin painter museum emperor merchant desert telescope planet temperature
experiment protein physician medicine stadium teacher market price factory machine warehouse highway discovers observes
records compares proves describes repairs carries plants harvests builds measures quiet bright ancient distant fragile
island whale cargo anchor captain window stairs rose lawn seed soil trench steel brick plaster pencil paper printer
camera tent valley stream pine snow lake horse sheep cheese butter apple spice tea bowl poem chapter drama melody piano
canvas statue century battle treaty caravan camel oasis comet orbit vapour pressure flask enzyme nurse tablet fever
runner coach referee lesson pupil diploma wage bank client poster brand engine wheel axle petrol road ticket luggage
wind cloud thunder rainbow sunrise shadow mirror candle curtain carpet cradle ladder hammer needle thread button ribbon
basket barrel bottle kettle saucer napkin oven stove chimney cellar attic balcony fence gate ditch ferry canal dam
quarry mine copper silver marble amber coral pearl feather antler hoof burrow nest hive swarm pasture stable barn
""".split()  # noqa: SIM905

CONTRACT = (
    "甲方委托乙方提供本合同所列服务，双方在平等自愿的基础上经协商一致订立如下条款，共同遵守执行。"
    "乙方应当按照约定的时间和标准完成工作，甲方应当按照约定支付报酬并提供必要的协助。"
    "任何一方违反本合同约定的，应当向对方支付违约金；造成损失的，还应当赔偿对方因此受到的损失。"
    "因不可抗力致使本合同不能履行的，遇有不可抗力的一方应当及时通知对方并提供证明文件。"
    "双方因履行本合同发生争议的，应当协商解决；协商不成的，任何一方可以向有管辖权的人民法院提起诉讼。"
    "未尽事宜由双方另行签订补充协议，补充协议与本合同具有同等法律效力。"
    "本合同自双方签字盖章之日起生效，一式两份，双方各执一份，具有同等法律效力。"
)
LAW = (
    "民事主体从事民事活动，应当遵循自愿原则，按照自己的意思设立、变更、终止民事法律关系。"
    "民事主体从事民事活动，应当遵循公平原则，合理确定各方的权利和义务。"
    "民事主体从事民事活动，应当遵循诚信原则，秉持诚实，恪守承诺。"
    "民事主体从事民事活动，不得违反法律，不得违背公序良俗。"
    "民事主体从事民事活动，应当有利于节约资源、保护生态环境。"
)
CONTENTS = (
    "目录\n摘要……………………1\nAbstract……………………2\n第一章 绪论……………………3\n1.1 研究背景与意义……………………3\n"
    "1.2 国内外研究现状……………………5\n1.3 研究内容与方法……………………8\n第二章 相关理论基础……………………10\n"
    "第三章 研究设计……………………18\n第四章 结果与分析……………………26\n第五章 结论与展望……………………40\n参考文献……………………44\n致谢……………………47\n"
)
DECLARATION = (
    "本人郑重声明：所呈交的学位论文，是本人在导师的指导下，独立进行研究工作所取得的成果。除文中已经注明引用的内容外，"
    "本论文不含任何其他个人或集体已经发表或撰写过的作品成果。对本文的研究做出重要贡献的个人和集体，均已在文中以明确方式标明。"
    "本人完全意识到本声明的法律结果由本人承担。"
)
REFERENCES = (
    "参考文献\n[1] 钟声. 江河水文观测方法研究[J]. 水利学刊, 2011, 32(4): 15-22.\n[2] 林深. 山地气候与作物[M]. 北京: 远山出版社, 2008.\n"
    "[3] 白露. 城市绿地规划导论[M]. 上海: 晨光出版社, 2015.\n[4] Hill A, Brook C. Rivers and fields[J]. Journal of Landscapes, 2013, 8(2): 101-117.\n"
    "[5] 秋实. 旱区节水灌溉技术综述[J]. 农田水利, 2017, 41(6): 3-11.\n"
)


def prose(seed: int, sentences: int) -> str:
    """Sentences that no other seed has: words of many subjects by chance."""
    chance = random.Random(seed)  # noqa: S311 (the same text each time)
    return "".join(_sentence(chance) for _ in range(sentences))


def _sentence(chance: random.Random) -> str:
    words = chance.choices(_WORDS, k=chance.randrange(10, 18))
    return "的".join(["".join(words[:6]), "".join(words[6:])]) + "。"


def english_prose(seed: int, sentences: int) -> str:
    chance = random.Random(seed)  # noqa: S311 (the same text each time)
    return " ".join(f"The {' '.join(chance.choices(_ENGLISH, k=14))}." for _ in range(sentences))


def pages_of(text: str, characters: int = 700) -> list[str]:
    """The text page by page, its lines broken as an office program would."""
    pages = [text[start : start + characters] for start in range(0, len(text), characters)]
    return ["\n".join(page[start : start + 38] for start in range(0, len(page), 38)) for page in pages]


def words_swapped(text: str, every: int = 3) -> str:
    """The first of every three words of the list, or of so many, has one that nobody knows in its place."""
    for word in _WORDS[::every]:
        text = text.replace(word, f"{word[-1]}{word[0]}")
    return text
