"""Health: living with high blood pressure, care of the neck, first aid."""

PRESSURE = """
# 一、认识血压
心脏像一台泵，每次收缩把血液推进动脉，血液对血管壁的压力就是血压。收缩时的压力叫收缩压，也就是“高压”；舒张时的压力叫舒张压，也就是“低压”。血压在一天之中起伏很大：清晨醒来后升高，午后有一个小低谷，傍晚再升高，夜间最低。偶尔一次偏高不能说明问题，反复偏高才值得重视。
^ 表 1 血压水平的一般划分（单位：毫米汞柱，诊室测量）
|: 3 3 3 4
| 分类 | 收缩压 | 舒张压 | 一般建议 |
| 正常 | 低于 120 | 低于 80 | 保持生活方式，每年测量 |
| 正常高值 | 120—139 | 80—89 | 改善生活方式，每半年测量 |
| 一级高血压 | 140—159 | 90—99 | 就医评估，记录家庭血压 |
| 二级高血压 | 160—179 | 100—109 | 尽快就医 |
| 三级高血压 | 180 及以上 | 110 及以上 | 立即就医 |
在家自测的数值通常比诊室略低，一般以 135/85 作为界线。收缩压和舒张压落在不同级别时，以较高的级别为准。
> 本手册提供一般性的健康知识，不能代替医生的诊断。调整药物必须听从医生的意见。
# 二、怎样在家量准
量不准，后面的一切都无从谈起。研究者常说，家庭测量的误差大多来自姿势而不是仪器。
1. 测量前半小时不吸烟、不喝咖啡和浓茶，不剧烈运动；排空小便；安静坐五分钟。
2. 坐有靠背的椅子，双脚平放，不跷腿。跷二郎腿会使收缩压升高几个毫米汞柱。
3. 上臂裸露或只穿薄衣，袖带下缘在肘窝上方两到三厘米，松紧以能插入一指为宜。
4. 手臂放在桌上，袖带中心与心脏同高。手臂每低十厘米，读数约高七到八毫米汞柱。
5. 测量时不说话。连续测两次，间隔一分钟，取平均值。
6. 第一次应当两臂都量，以后固定量较高的一侧。
选择上臂式电子血压计。手腕式受姿势影响大，一般不推荐。仪器每年校准一次，袖带的尺寸应与臂围相符，手臂较粗的人要用大号袖带。
!day | 图 1 一位退休教师七天的早晚血压记录
# 三、吃得清淡而不寡淡
减盐是效果最确切的办法之一。成年人每天的盐以不超过五克为宜，大约是一个啤酒瓶盖去掉胶垫后平平一盖。但真正的盐往往藏在看不见的地方。
^ 表 2 看不见的盐
|: 3 3 4
| 食物 | 大约含盐 | 替换的办法 |
| 一包方便面（含调料） | 5 克以上 | 调料只放三分之一，加青菜和鸡蛋 |
| 一勺酱油（10 毫升） | 1.5 克 | 蘸着吃，不往锅里倒 |
| 一块腐乳 | 1 克左右 | 用蒜泥、醋、芝麻提味 |
| 一根火腿肠（60 克） | 1.5 克 | 换成白切鸡肉 |
| 一小碟榨菜（30 克） | 2 克 | 换成凉拌黄瓜 |
味觉适应清淡大约需要三周。可以从每周减一点开始：先做到出锅前才放盐，盐浮在表面，尝起来不淡；再用醋、柠檬、花椒、葱姜蒜代替一部分盐。
多吃新鲜蔬菜和水果、适量的奶和豆制品，可以补充钾。但肾功能不好的人补钾有危险，低钠盐也不能随意使用，务必先问医生。饮酒越少越好，最好不饮。
# 四、动起来
每周五天、每天三十分钟的中等强度运动，可以使收缩压平均下降约五到八毫米汞柱。中等强度的标准很简单：能说话，但不能唱歌。快走、骑车、太极、游泳都可以。
- 血压高于 180/110 时先控制血压，暂不运动。
- 清晨血压偏高的人，把锻炼放在下午或傍晚。
- 举重物时不要憋气，用力时呼气。
- 出现胸闷、头晕、心慌，立刻停下休息；不缓解就呼叫急救。
体重每下降一公斤，收缩压大约下降一毫米汞柱。不必追求很瘦，先把腰围降下来。
# 五、按时服药的五个误区
^ 表 3 误区与事实
|: 4 6
| 误区 | 事实 |
| 没有不舒服，就不用吃药 | 多数人没有感觉，损害却在进行 |
| 血压正常了，就可以停药 | 正常正是药物的作用，停药后多会反弹 |
| 药吃久了会“上瘾” | 降压药没有成瘾性，长期服用是因为疾病长期存在 |
| 别人用的药好，我也用 | 同一种药，对哮喘、痛风、妊娠的人可能不合适 |
| 漏服一次，下次加倍 | 不要加倍；按说明书或医生的指导处理 |
把药盒放在每天必经的地方，比如牙刷旁边；用分格药盒，一眼就能看出今天吃没吃。看病时带上记录本和全部正在吃的药，包括保健品。
# 六、什么时候必须马上就医
- 血压达到 180/120 以上，并伴有头痛、视物模糊、胸痛、气促。
- 突然一侧手脚无力、口角歪斜、说话不清。哪怕几分钟后好转，也应立刻拨打 120。
- 胸口压榨样疼痛超过十五分钟，可伴有出汗、左肩或下颌疼痛。
- 站起来时眼前发黑甚至摔倒，可能是血压降得过低，也应尽快就诊。
> 记住三看：看脸是否歪、看手臂能否平举、听说话是否清楚。有一项不正常，马上拨打 120，记下发病的时间。
# 七、一周计划
^ 表 4 从今天开始的一周
|: 1 4 4
| 日 | 饮食 | 活动与测量 |
| 一 | 清点厨房里的高盐食品 | 学会正确测量，早晚各一次 |
| 二 | 炒菜出锅前放盐 | 饭后快走 15 分钟 |
| 三 | 用醋和蒜代替一半酱油 | 快走 20 分钟 |
| 四 | 加一份深绿色蔬菜 | 伸展操 10 分钟，早睡半小时 |
| 五 | 不吃腌菜 | 快走 25 分钟 |
| 六 | 与家人做一顿少盐的饭 | 骑车或游泳 30 分钟 |
| 日 | 看一看七天的变化 | 算出一周平均值，记在本子上 |
"""

NECK = """
# 你的脖子每天承受多少
- 头的重量约 5 公斤，相当于一个保龄球
- 低头越多，颈部肌肉的负担越重
- 看手机时，常见的角度是 45—60 度
!posture | 低头角度与颈部负担（约数）
# 身体发出的信号
| 信号 | 可能的原因 | 建议 |
| 早上起来脖子僵硬 | 枕头不合适、受凉 | 调整枕头，热敷 |
| 下午肩膀酸沉 | 久坐、屏幕太低 | 每 40 分钟起身 |
| 手指发麻 | 可能有神经受压 | 尽早就医检查 |
| 走路踩棉花感 | 可能有脊髓受压 | **立即就医** |
> 麻木、无力、走路不稳，不要自行按摩，先看医生
# 调整你的工位
- 屏幕上缘与眼睛**平齐**，距离一臂
- 肘部弯曲约 90 度，前臂有支撑
- 双脚平放，腰后有靠垫
- 笔记本电脑：垫高，另接键盘
> 先调椅子，再调屏幕，最后调键盘
# 20—20—20
- 每 **20 分钟**，看 **20 英尺**（约 6 米）外，**20 秒**
- 同时做三件小事：耸肩、转肩、深呼吸
- 电话站着接，水杯选小一点
- 不是坐姿不对，而是**坐得太久**
# 动作一：收下巴
- 坐直，目视前方
- 下巴水平向后缩，像做“双下巴”
- 保持 5 秒，做 10 次
- 感到后颈拉长，不应疼痛
# 动作二：侧方拉伸
- 右手轻扶头的左侧，向右倾斜
- 左肩放松下沉
- 保持 20 秒，左右各 3 次
> 缓慢、轻柔、不弹振；不要转圈甩头
# 动作三：肩胛后夹
- 双臂自然下垂，掌心向前
- 肩胛骨向中间夹紧，停 5 秒
- 做 12 次，共 2 组
- 有助于打开前胸，减轻圆肩
# 枕头怎么选
| 睡姿 | 高度 | 要点 |
| 仰卧 | 约一拳（8—10 厘米） | 垫住颈部，而不只是后脑 |
| 侧卧 | 与一侧肩宽相当 | 头颈与身体成一直线 |
| 俯卧 | 不推荐 | 颈部长时间扭转 |
# 一天的时间表
- 8:30 开工前收下巴 10 次
- 10:00、15:00 起身走 3 分钟
- 12:30 午休不趴桌，靠椅背
- 21:00 热敷 15 分钟，放下手机
> 每次三分钟，比每周一次推拿更有用
"""

FIRST_AID = """
# How to use this guide
Read it once from beginning to end, then keep it where you can find it. In an emergency you will not have time to read; you will do what you have practised. Every section has the same order: what you see, what you do, and what you must not do.
> This guide gives general knowledge and does not replace a course. Take a practical course with a manikin every two years, and know the emergency number of the place where you are.
# The first minute
1. **Stop and look.** Traffic, fire, electricity, gas? A second victim helps nobody.
2. **Speak and touch.** "Can you hear me?" Tap both shoulders firmly.
3. **Call.** Point at one person: "You in the green coat, call an ambulance and come back to me." A shout to everybody is heard by nobody.
4. **Breathing?** Tilt the head back, lift the chin, look at the chest for at most ten seconds. Gasping now and then is not breathing.
# When somebody does not breathe
^ Table 1. Cardiopulmonary resuscitation for adults
|: 3 5
| Step | How |
| Position | On the back, on a hard surface |
| Hands | Heel of one hand on the middle of the chest, the other on top |
| Depth | 5 to 6 centimetres, and let the chest rise fully |
| Pace | 100 to 120 a minute |
| Breaths | After 30 compressions give 2 breaths, if you are trained and willing |
| Change | Swap with another helper every two minutes |
If you have not learned to give breaths, press without pause. Send somebody for a defibrillator; switch it on and do what it says. Do not stop until help takes over, the person moves, or you cannot go on.
# Choking
- **Coughing loudly:** encourage the cough, do nothing else.
- **Cannot cough or speak:** five sharp blows between the shoulder blades, then five abdominal thrusts. Alternate.
- **Pregnant or very large:** thrusts on the chest instead of the abdomen.
- **Baby under one year:** five back blows with the head low, then five chest thrusts with two fingers. Never press a baby's abdomen.
# Bleeding
Press on the wound with a clean cloth and do not lift it to look. If blood comes through, put another cloth on top. If a limb bleeds in spurts and pressure does not help, a tourniquet above the wound saves life; write down the time at which you applied it. Leave an object that is stuck in a wound where it is and build padding around it.
# Burns
^ Table 2. Burns: right and wrong
|: 1 1
| Do | Do not |
| Cool under running water for 20 minutes | Ice, toothpaste, oil or soy sauce |
| Take off rings and watches early | Pull away cloth that sticks |
| Cover loosely with cling film or a clean cloth | Break blisters |
| Go to hospital if larger than the palm, or on face, hands or genitals | Wait and see with a child |
# Falls, sprains and fractures
If the person fell from a height or has pain in the neck, hold the head still and let nobody move them unless the place is dangerous. A limb with an odd shape is splinted as it lies. For a sprained ankle: rest, something cool wrapped in cloth for fifteen minutes, a bandage that is firm but lets you slip a finger under it, and the leg up.
# Stroke and heart attack
Remember **FAST**: Face drooping, Arm weak, Speech unclear, Time to call. Note when it began; treatment depends on hours and minutes. Pressure in the chest that lasts, with sweat, sickness or pain in the arm or jaw, is a heart attack until proven otherwise. Let the person sit half upright, loosen the collar, do not let them walk or drive.
# Fainting, heat and low blood sugar
- **Fainting:** lay flat, raise the legs, fresh air. If not awake in two minutes, call.
- **Heat stroke:** hot skin and confusion. Shade, wet cloths, fan, call at once.
- **Low blood sugar:** sweating, trembling, odd behaviour in a person with diabetes. If they can swallow, give sugar or juice; if not, nothing by mouth.
- **Seizure:** move furniture away, time it, put nothing between the teeth. Roll to the side afterwards. Call if it lasts over five minutes.
# A box for the home
^ Table 3. What belongs in it
|: 3 2 4
| Item | Amount | For |
| Sterile gauze, 10 by 10 cm | 10 | Pressing on wounds |
| Elastic bandage | 2 | Sprains, holding gauze |
| Adhesive plasters | 20 | Small cuts |
| Cling film | 1 roll | Covering burns |
| Gloves | 4 pairs | Protecting you |
| Scissors with blunt ends | 1 | Cutting clothes |
| Thermometer | 1 | Fever |
| Card with numbers and allergies | 1 | The ambulance crew |
Check it when the clocks of the seasons change: in spring and in autumn. Throw away what is out of date, and never keep it locked.
"""
