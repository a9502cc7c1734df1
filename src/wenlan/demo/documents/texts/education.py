"""Education: a lesson plan, a physics deck, an English handout on fractions."""

WATER = """
# 一、教学内容分析
本课选自小学科学中年级“物质的变化”单元。学生在生活中见过冰、水和水蒸气，却很少把三者看成同一种物质的不同样子。本课的核心任务，是让学生通过亲手操作和连续测量，认识到水在冰、水、水蒸气之间可以互相转化，转化与温度有关，而水本身没有变成别的东西。
# 二、学情分析
课前用三个问题了解了四年级两个班共 83 名学生的想法。结果见下表。
^ 表 1 课前调查
|: 5 2 3
| 问题 | 答对比例 | 典型的错误想法 |
| 冰融化后变成什么 | 96% | 变成“脏水” |
| 水沸腾时冒出的“白气”是什么 | 22% | 认为白气就是水蒸气 |
| 湿衣服里的水到哪里去了 | 48% | 被衣服“吸进去了”或“消失了” |
由此可见，融化与凝固不是难点，蒸发和液化才是。课堂时间应当向后半段倾斜。
# 三、教学目标
1. 能说出水的三种状态及其主要特征，能用自己的话解释融化、凝固、蒸发、凝结。
2. 能每隔一分钟读取一次温度并画成折线，从图上发现“融化时温度停留在零度附近”。
3. 愿意修正自己原来的想法，能指出是哪一个证据让自己改变了看法。
# 四、教学准备
每组（四人）：烧杯两个、碎冰 200 克、温度计一支、秒表一个、玻璃片一块、热水半杯（教师分发）、记录单一张。教师：电热水壶、冷藏过的铁盘、演示用大温度计。
> 安全提示：热水由教师倒取，水温不超过 60 摄氏度；温度计用完放回盒内，不得用来搅拌；地面洒水及时擦干。
# 五、教学过程
## （一）导入：一杯水的旅行（5 分钟）
教师出示一块冰，请学生猜它昨天是什么样子、明天会是什么样子。把学生的猜测写在黑板左侧，不作评价，留到下课前再看。
!water | 图 1 水的三种状态与四种变化
## （二）探究一：冰融化时温度怎样变（15 分钟）
各组把温度计插入碎冰，每分钟读数一次，连续十分钟。记录员读数，操作员轻轻晃动烧杯，计时员报时，绘图员当场描点。教师巡视，提醒眼睛与液面相平。
某组的记录如下，可供备课参考。
!melting | 图 2 碎冰的温度随时间的变化
提问：哪一段温度几乎不变？那段时间里烧杯中发生了什么？热量到哪里去了？引导学生说出：热量用来让冰变成水，而不是让温度升高。“热量用到哪里去了”一问不要求四年级学生完整回答，有所思考即可。
## （三）探究二：看不见的水（12 分钟）
在热水杯上方盖一块冷玻璃片，一分钟后观察。学生看到玻璃片下面有小水珠。追问：水珠从哪里来？玻璃片漏水吗？杯壁上方那段透明的空间里有什么？
教师用电热水壶演示，请学生观察壶嘴口的一小段空隙——那里什么也看不见，再往上才有白气。由此区分：水蒸气看不见，白气是水蒸气遇冷变成的小水滴。
## （四）应用与讨论（5 分钟）
- 冬天窗户上的水珠在室内一侧还是室外一侧？
- 冰镇饮料瓶外面的水是从瓶子里渗出来的吗？怎样设计实验来证明？
- 晾衣服为什么选择有风、有太阳的地方？
## （五）小结（3 分钟）
回看黑板左侧的猜测，请学生改正，并说出是哪个现象让自己改变了想法。教师板书四个变化的名称和方向。
# 六、板书设计
~ 冰　⇌　水　⇌　水蒸气
~ （融化、凝固）　（蒸发、凝结）
~ 状态变了，水没有变
# 七、作业
1. 在家里找三处凝结现象，画下来，写明“热的湿空气”和“冷的表面”分别是什么。
2. 选做：两个同样的碟子各放一勺水，一个放窗台，一个放柜子里，记录多久变干。
# 八、教学反思
第一次试教时，学生读数用了十分钟，后半段只剩八分钟，蒸发与凝结讲得仓促。第二次改为课前把碎冰分好、记录单印好，节约了四分钟。另外，有两组的温度计示数始终比零度高两度，是因为没有插到冰里而靠在杯壁上。下次应当在分组前先示范一次正确的放置方法。
"""

PHYSICS = """
# 今天解决两个问题
- 一个小朋友，怎样撬动一块大石头？
- 几万吨的轮船，为什么浮在水面上？
- 方法只有一个：**找到力，再比较力**
> 杠杆比较“力与力臂的乘积”，浮力比较“浮力与重力的大小”
# 什么是杠杆
- 在力的作用下绕固定点转动的硬棒
- **支点**：棒绕着它转
- **动力**与**阻力**：使它转、阻碍它转
- **力臂**：支点到力的作用线的距离
!lever | 支点、动力臂与阻力臂
# 力臂不是“杆的长度”
- 第一步：找支点
- 第二步：沿力的方向画出作用线
- 第三步：从支点向作用线作垂线
- 垂线段的长度，才是力臂
> 力斜着作用时，力臂比杆短，也就更费力
# 杠杆的平衡条件
- 动力 × 动力臂 = 阻力 × 阻力臂
- 力臂是几倍，力就是几分之一
- 省力必费距离，**功不能省**
!balance | 左边 4 N，右边 2 N，力臂之比 1 : 2
# 实验数据：你发现了什么
^ 杠杆平衡实验
| 次数 | 左侧力（N） | 左力臂（cm） | 右侧力（N） | 右力臂（cm） | 左乘积 | 右乘积 |
| 1 | 1.0 | 20 | 2.0 | 10 | 20 | 20 |
| 2 | 1.5 | 20 | 2.0 | 15 | 30 | 30 |
| 3 | 2.5 | 12 | 1.5 | 20 | 30 | 30 |
| 4 | 3.0 | 5 | 1.0 | 15 | 15 | 15 |
> 换不同的钩码、不同的位置，两个乘积总是相等
# 三类杠杆
| 种类 | 力臂的关系 | 特点 | 身边的例子 |
| 省力杠杆 | 动力臂大于阻力臂 | 省力、费距离 | 羊角锤、开瓶器、手推车 |
| 费力杠杆 | 动力臂小于阻力臂 | 费力、省距离 | 镊子、钓鱼竿、筷子 |
| 等臂杠杆 | 两臂相等 | 不省力、不省距离 | 天平、定滑轮 |
> 费力杠杆并不“吃亏”：手动一点点，鱼竿尖动一大段
# 想一想：谁在撒谎
- 小明说：剪铁皮的剪刀刀口短、把手长
- 小红说：理发的剪刀刀口长、把手短
- 小刚说：两种剪刀应当一样
- 请用力臂解释，**谁的话不对**
# 浮力从哪里来
- 液体对物体各个面都有压力
- 下表面更深，压强更大
- 上下压力之差，就是**浮力**
- 方向总是竖直向上
!buoyancy | 漂浮、悬浮与沉底
# 阿基米德原理
- 浮力等于排开的液体受到的重力
- 用公式写：浮力 = 液体密度 × 9.8 × 排开体积
- 与物体的重量、形状、深度**都没有直接关系**
> 只看两样东西：什么液体，排开多少
# 称一称浮力
| 步骤 | 操作 | 读数 |
| 1 | 在空气中称石块 | 2.7 N |
| 2 | 石块浸没在水中再称 | 1.7 N |
| 3 | 两次之差就是浮力 | 1.0 N |
| 4 | 称溢出的水 | 1.0 N |
> 第三步与第四步相等，正是阿基米德原理
# 沉还是浮
- 浮力大于重力：上浮，最后**漂浮**
- 浮力等于重力：**悬浮**，停在任何深度
- 浮力小于重力：下沉，最后沉底
- 实心物体：比较密度就够了
# 轮船、潜艇与热气球
- 轮船：做成空心，排开更多的水
- 潜艇：往水舱注水或排水，改变自己的重力
- 热气球：加热空气，使里面的空气变轻
> 三种办法，改变的是同一个不等式的两边
# 课堂练习
- 动力臂 1.2 m，阻力臂 0.3 m，撬起 600 N 的石头要多大的力？（150 N）
- 体积 100 立方厘米的铁块浸没在水中，浮力多大？（约 0.98 N）
- 一个鸡蛋沉在清水里，怎样让它浮起来？（加盐，增大水的密度）
# 小结与作业
- 杠杆：力 × 力臂，左右相等
- 浮力：等于排开液体受到的重力
- 作业：用铅笔、尺子和硬币做一架天平，称出橡皮的质量
> 下节课带着你的天平来比一比，谁称得最准
"""

FRACTIONS = r"""
# Why a number line?
Most children meet fractions as slices of pizza. The picture works for a while, and then it quietly fails. A pizza cannot show why $\frac{5}{4}$ makes sense, why $\frac{2}{3}$ and $\frac{4}{6}$ are one and the same number, or where $\frac{7}{8}$ lives in relation to $0.9$. A number line can do all three, because it treats a fraction as what it is: a number with a place.
This handout describes four lessons of about forty minutes each. They were written for pupils of nine to eleven who can already share objects equally and who know their times tables up to ten. You need long strips of paper (about one metre), pencils, a few clothes pegs and a length of string.
# Lesson 1: Folding the unit
Give each pair a strip of paper and agree that the left end is 0 and the right end is 1. Ask them to fold the strip into two equal parts, mark the fold, and name it. Then four, then eight. The names come from counting: "one of two equal parts, two of four equal parts."
!quarters | Three quarters on a line that is cut into four equal parts
Now comes the important question: **what is the distance from 0 to this fold?** Pupils who answer "three" are counting marks, not lengths. Let them measure with a quarter-strip, laid end to end, until they say "three quarters".
> Watch for the pupil who counts the tick at zero. Say "count the jumps, not the posts", and let them hop with a finger.
# Lesson 2: The same place, two names
Lay a strip folded into thirds below one folded into sixths. Peg them together at 0 and 1. Which folds meet? The pupils find that $\frac{1}{3}=\frac{2}{6}$ and $\frac{2}{3}=\frac{4}{6}$ because the folds are at the same place. Only after several such discoveries do we write the rule:
$$ \frac{a}{b}=\frac{a \times n}{b \times n}
^ Table 1. What pupils find with pegged strips
| Strip A | Strip B | Folds that meet |
| halves | quarters | $\frac{1}{2}=\frac{2}{4}$ |
| thirds | sixths | $\frac{1}{3}=\frac{2}{6}, \quad \frac{2}{3}=\frac{4}{6}$ |
| halves | sixths | $\frac{1}{2}=\frac{3}{6}$ |
| quarters | sixths | $\frac{2}{4}=\frac{3}{6}$, a surprise for most |
The last row deserves time. Quarters and sixths do not fit neatly, and yet they meet in the middle. Ask why, and whether fifths and sevenths can ever meet between 0 and 1. (They cannot. Seven and five share no factor, and this is a first glimpse of something deep.)
# Lesson 3: Beyond one
Stretch a string across the room and hang cards for 0, 1, 2 and 3. Hand out cards with $\frac{3}{2}$, $\frac{5}{4}$, $\frac{9}{4}$, $\frac{6}{3}$ and $\frac{11}{8}$, and let pupils peg them on the string. Every card that goes up must be justified aloud: "Five quarters is one quarter past one, because four quarters make one."
The word "improper" does harm here. There is nothing improper about five quarters, and I suggest not to use the term until the pupils have made friends with such numbers.
# Lesson 4: Which is larger?
Comparing fractions is where rules are most often misapplied. Before any common denominator, teach three ways of looking:
- **Same size of parts.** Five eighths is more than three eighths, as five apples are more than three.
- **Same number of parts.** Three fifths is more than three sevenths, because fifths are longer jumps.
- **Distance to a landmark.** Seven eighths is one eighth away from 1; nine tenths is one tenth away. A tenth is the smaller gap, so nine tenths is larger.
Pupils who own these three can compare most pairs without writing, and they can check the written method when they learn it.
# Misconceptions and what they tell you
^ Table 2. Four answers heard in nearly every class
|: 3 3 4
| What the pupil says | What it reveals | What helps |
| $\frac{1}{8}$ is larger than $\frac{1}{4}$ | Whole-number thinking: 8 beats 4 | Fold both and compare lengths |
| $\frac{2}{3}$ and $\frac{3}{4}$ are equal, one is missing in each | Counts missing parts, not their size | Mark the two gaps on one line |
| There is nothing between $\frac{1}{3}$ and $\frac{2}{3}$ | Sees fractions as separate objects | Fold again; ask for a number between |
| $\frac{1}{2}+\frac{1}{3}=\frac{2}{5}$ | Adds tops and bottoms | Is the sum less than one half? Look. |
# A short assessment
1. Draw a line from 0 to 2 and mark $\frac{3}{4}$, $\frac{5}{3}$ and $\frac{7}{4}$.
2. Write two other names for $\frac{3}{4}$ and explain with a drawing why they are the same number.
3. Find a fraction between $\frac{1}{2}$ and $\frac{2}{3}$. Then find another one.
4. Without calculating: which is larger, $\frac{5}{6}$ or $\frac{6}{7}$? Give your reason in one sentence.
A pupil who answers the fourth question with "both are one part away from 1, and a seventh is smaller than a sixth" has understood more than one who finds forty-seconds correctly and in silence.
"""
