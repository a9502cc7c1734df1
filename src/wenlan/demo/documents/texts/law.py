"""Law: a model lease, questions about labour contracts, a consulting agreement, a receipt of debt."""

LEASE = """
= 出租方（以下称甲方）：＿＿＿＿＿＿＿＿　证件号码：＿＿＿＿＿＿＿＿＿＿＿＿
= 承租方（以下称乙方）：＿＿＿＿＿＿＿＿　证件号码：＿＿＿＿＿＿＿＿＿＿＿＿
甲乙双方在平等、自愿的基础上，就房屋租赁事宜订立本合同，共同遵守。
# 第一条 房屋基本情况
1. 房屋坐落于＿＿＿＿＿＿＿＿＿＿＿＿＿＿，建筑面积＿＿＿平方米，户型＿室＿厅＿卫。
2. 甲方保证对该房屋有权出租，并于签约时出示权属证明；属于共有的，已取得共有人同意；已设立抵押的，已如实告知乙方。
3. 房屋用途为居住，共＿＿人居住。乙方不得改作他用。
# 第二条 租赁期限
1. 租期自＿＿＿年＿月＿日至＿＿＿年＿月＿日。
2. 期满前三十日，双方协商是否续租。同等条件下乙方优先。
3. 期满后乙方继续居住、甲方收取租金而未提出异议的，按不定期租赁处理，任何一方可以随时解除，但应提前三十日通知对方。
# 第三条 租金与押金
^ 费用一览
|: 2 3 3
| 项目 | 金额 | 支付时间 |
| 租金 | 每月＿＿＿＿元 | 每＿个月支付一次，提前＿日 |
| 押金 | ＿＿＿＿元（不超过一个月租金） | 签约当日 |
| 水、电、燃气 | 按表计量 | 乙方按账单支付 |
| 物业、供暖 | □ 甲方　□ 乙方 | 按物业通知 |
| 网络 | □ 甲方　□ 乙方 | 按合同约定 |
1. 租赁期内甲方不得单方提高租金。
2. 押金用于抵充乙方欠付的费用和应赔偿的损失。合同终止并交还房屋后七日内，甲方结清无息退还；逾期的，每逾一日按未退金额的万分之五支付违约金。
3. 正常使用造成的自然损耗，不得从押金中扣除。
# 第四条 交付与验收
1. 甲方应于＿＿＿年＿月＿日前交付房屋及钥匙＿把，双方填写附件《物品清单》并拍照存档。
2. 水、电、燃气的起始读数记入附件。
3. 交付时房屋的门窗、燃气、电路、给排水应处于安全可用的状态。
# 第五条 维修与安全
1. 房屋结构、管线及甲方提供的设备自然损坏的，由甲方维修。乙方通知后，影响基本居住的应在四十八小时内到场，其他的应在七日内处理。
2. 甲方逾期不修的，乙方可以自行维修，费用凭票据由甲方承担，可从租金中扣除。
3. 因乙方使用不当造成损坏的，由乙方负责修复或者赔偿。
4. 乙方不得私拉电线、在室内为电动自行车充电、堵塞通道；发现燃气泄漏等险情，应立即处置并通知甲方。
# 第六条 装修、转租与进入
1. 乙方装修或增设设备，须事先取得甲方书面同意，并约定期满后的处理方式。
2. 未经甲方书面同意，乙方不得转租。
3. 甲方需要进入房屋查看、维修或带人看房的，应提前二十四小时与乙方约定时间。紧急险情除外。
# 第七条 合同的解除
1. 双方协商一致，可以解除。
2. 有下列情形之一的，乙方可以解除合同，并要求退还剩余租金和押金：甲方迟延交付超过七日；房屋不具备安全居住条件且甲方不予改正；甲方隐瞒房屋被查封或权属争议。
3. 有下列情形之一的，甲方可以解除合同：乙方欠付租金超过十五日，经催告后仍不支付；擅自转租；利用房屋从事违法活动；擅自拆改结构。
4. 任何一方因其他原因提前解除的，应提前三十日书面通知，并支付相当于一个月租金的违约金。
# 第八条 违约责任
1. 乙方逾期支付租金的，每逾一日按欠付金额的万分之五支付违约金。
2. 甲方擅自收回房屋、更换门锁或停水停电的，应立即恢复，并赔偿乙方由此产生的住宿、搬运等损失。
3. 违约金不足以弥补损失的，违约方应补足差额。
# 第九条 租赁期内房屋出售
甲方出售房屋，应提前十五日通知乙方，乙方在同等条件下有优先购买权。房屋所有权变动的，不影响本合同的效力。
# 第十条 争议解决与其他
1. 争议由双方协商；协商不成的，可以请求调解，或者向房屋所在地人民法院起诉。
2. 双方确认下列联系方式有效，发送至该地址即视为送达，变更应通知对方。
3. 本合同一式两份，双方各执一份，自签字之日起生效。附件与合同具有同等效力。
= 甲方（签字）：＿＿＿＿＿＿　电话：＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿
= 乙方（签字）：＿＿＿＿＿＿　电话：＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿
# 附件 物品清单
|: 1 3 2 2 3
| 序号 | 名称 | 数量 | 状况 | 备注 |
| 1 | 门钥匙、门禁卡 |  |  |  |
| 2 | 热水器 |  |  |  |
| 3 | 空调（含遥控器） |  |  |  |
| 4 | 洗衣机 |  |  |  |
| 5 | 冰箱 |  |  |  |
| 6 | 床、床垫 |  |  |  |
| 7 | 衣柜、书桌、椅子 |  |  |  |
| 8 | 水表、电表、燃气表起始读数 |  |  |  |
> 使用说明：这是供参考的示范文本。签约前请核对对方身份和权属证明；空格不填写的应当划去；重要的口头约定写进合同。
"""

LABOUR = """
# 写在前面
入职时的一份合同，往往要在一起几年才会被重新翻开。本文整理了劳动者和小企业主最常问的十五个问题，按照入职、在职、离职三个阶段排列。回答只讲一般规则，具体情形应当咨询律师或者当地劳动监察部门。[[文中所说的一般规则，以现行劳动合同法及其实施条例为依据；地方有更有利于劳动者的规定的，从其规定。]]
# 一、入职
## 1. 没有签书面合同怎么办
自用工之日起一个月内应当订立书面合同。超过一个月不满一年未订立的，单位应当从第二个月起每月支付两倍工资；满一年仍未订立的，视为双方已经订立无固定期限合同。劳动者应保存工资转账记录、考勤、工作证、聊天记录，用来证明劳动关系。
## 2. 试用期可以约定多久
^ 表 1 合同期限与试用期上限
| 合同期限 | 试用期最长 |
| 不满三个月，或以完成一定任务为期限 | 不得约定 |
| 三个月以上不满一年 | 一个月 |
| 一年以上不满三年 | 两个月 |
| 三年以上或无固定期限 | 六个月 |
同一单位与同一劳动者只能约定一次试用期。试用期工资不得低于本单位相同岗位最低档工资或者合同约定工资的百分之八十，也不得低于当地最低工资标准。
## 3. 试用期可以随便辞退吗
不可以。单位必须证明劳动者不符合录用条件，而且录用条件应当事先告知。只说一句“不合适”，属于违法解除。
## 4. 单位要收押金或扣押身份证
都不允许。遇到这种要求，可以向劳动监察部门投诉。
# 二、在职
## 5. 加班费怎样计算
^ 表 2 加班工资的最低倍数
| 时间 | 倍数 | 能否以调休代替 |
| 工作日延长时间 | 1.5 倍 | 不能 |
| 休息日 | 2 倍 | 可以，不能安排的才支付 |
| 法定休假日 | 3 倍 | 不能 |
月计薪天数按 21.75 天计算。例如月工资 6000 元，日工资约 275.86 元，小时工资约 34.48 元；工作日加班两小时，加班费约 103.45 元。
## 6. 年休假有几天
累计工作满一年不满十年的五天，满十年不满二十年的十天，满二十年的十五天。注意看的是“累计工作”的年限，不是在本单位的年限。单位不能安排休假的，按日工资的三倍支付报酬，其中包含正常的一倍工资。
## 7. 单位可以随意调岗吗
调整岗位属于变更合同，原则上要协商一致并采用书面形式。确因生产经营需要、待遇相当、没有侮辱性、不增加明显负担的合理调整，实践中可能得到支持。不同意调岗的，应当明确书面表示，同时继续到原岗位报到，不要以不上班的方式对抗。
## 8. 规章制度什么时候有效
需要三个条件：内容合法，经过民主程序讨论，并且向劳动者公示。只放在经理抽屉里的制度，不能作为处罚的依据。
## 9. 上下班途中受伤算不算工伤
合理时间、合理路线，受到**非本人主要责任**的交通事故伤害，可以认定为工伤。单位应在三十日内申请认定；单位不申请的，本人或近亲属可以在一年内申请。
## 10. 哺乳期有什么保护
孕期、产期、哺乳期内，单位不得以一般理由单方解除合同，合同到期的自动延续到哺乳期满。哺乳未满一周岁婴儿的，每天应有一小时哺乳时间。
# 三、离职
## 11. 辞职要提前多久
正式员工提前三十日书面通知，试用期内提前三日通知。通知到达即可，不需要单位批准。单位有拖欠工资、不缴社会保险等情形的，可以立即解除，并要求经济补偿。
## 12. 经济补偿怎样计算
按在本单位工作的年限，每满一年支付一个月工资；六个月以上不满一年的按一年，不满六个月的支付半个月。月工资是离职前十二个月的平均应得工资。月工资高于当地社会平均工资三倍的，按三倍计算，年限最高不超过十二年。
^ 表 3 举例
|: 3 2 3
| 情形 | 平均工资 | 经济补偿 |
| 工作 3 年 2 个月，协商解除 | 6000 元 | 3.5 个月，21000 元 |
| 工作 5 年 8 个月，单位不续签 | 8000 元 | 6 个月，48000 元 |
| 工作 4 个月，单位违法解除 | 5000 元 | 赔偿金为 0.5 个月的两倍，5000 元 |
## 13. 违法解除可以要求什么
二选一：要求继续履行合同，或者要求支付两倍经济补偿标准的赔偿金。两者不能同时主张。
## 14. 竞业限制要遵守吗
只适用于高级管理人员、高级技术人员和其他负有保密义务的人员，期限不超过两年，单位应当按月给予补偿。单位三个月不支付补偿的，劳动者可以请求解除约定。
## 15. 申请仲裁有期限吗
一般为一年，从知道或者应当知道权利被侵害之日起算。在职期间拖欠工资的，不受一年限制，但应当在离职之日起一年内提出。仲裁不收费。
# 四、一张证据清单
- 劳动合同、录用通知、工作证、工作服照片
- 银行工资流水、工资条、个人所得税记录、社会保险记录
- 考勤记录、加班审批、工作邮件与聊天记录（保留原始载体）
- 规章制度、处罚通知、解除通知（注意保留信封和快递单）
- 同事的证言，最好附有联系方式
> 遇到争议，先做三件事：把事情按日期写下来，把证据存到个人的设备上，打当地劳动保障咨询电话 12333。
"""

CONSULTING = """
= This Agreement is made on ________________ 2026 between **the Client**, ______________________, and **the Consultant**, ______________________.
# 1. What the Consultant does
1.1 The Consultant provides the services that are described in a Statement of Work. Each Statement of Work is signed by both parties, bears a number, and names the deliverables, the dates, the fee and the tests by which the deliverables are accepted.
1.2 If this Agreement and a Statement of Work disagree, this Agreement prevails unless the Statement of Work says expressly which clause it changes.
1.3 The Consultant chooses the manner and the place of working. The Consultant is not an employee, is free to work for others, and pays its own taxes and insurance.
# 2. Changes
2.1 Either party may ask for a change in writing. Within five working days the Consultant answers with the effect on price, dates and quality.
2.2 Work on a change begins when both parties have signed it. Until then the Consultant continues as agreed.
# 3. Delivery and acceptance
3.1 The Client has ten working days to test a deliverable against the agreed tests. Silence after a written reminder of three working days counts as acceptance.
3.2 If a test fails, the Client describes the failure so that it can be repeated. The Consultant corrects it without charge and delivers again.
3.3 After two failed deliveries of the same item the Client may end the Statement of Work and owes only the fee for items already accepted.
# 4. Fees
^ Schedule of fees
|: 4 2 4
| Item | Rate | Notes |
| Design and development | per day | A day is eight hours; half days are charged as such |
| Urgent support outside working hours | 150 % | Only when the Client asks for it in writing |
| Travel | at cost | Approved before booking; economy class |
| Third-party licences | at cost | Bought in the name of the Client where possible |
4.1 The Consultant sends an invoice at the end of each month with a record of time. The Client pays within thirty days.
4.2 If part of an invoice is disputed, the Client pays the rest in time and explains the dispute within ten working days.
4.3 On late payment the Consultant may, after a reminder of ten working days, suspend the services; the dates move accordingly.
# 5. Intellectual property
5.1 On full payment for a deliverable, the Client owns the rights in what was written specially for it.
5.2 The Consultant keeps its tools, libraries and general know-how, and grants the Client a permanent, worldwide, royalty-free licence to use those that are contained in a deliverable.
5.3 Open-source components are listed in a file that is delivered with the work, each with its licence. Components whose licence would oblige the Client to publish its own source code are used only with written consent.
# 6. Confidentiality
6.1 Each party keeps the other's confidential information secret, uses it only for this Agreement, and protects it as carefully as its own. The duty lasts for three years after the end of the Agreement, and for personal data as long as the law requires.
6.2 The duty does not cover what is public, was known before, was developed independently, or must be disclosed by law.
# 7. Personal data and security
7.1 Where the Consultant handles personal data, it does so only on the Client's documented instructions, and the parties sign a data processing annex.
7.2 The Consultant reports a security incident within twenty-four hours of noticing it, with what is known, what is being done, and who can be reached.
7.3 Test data contain no real personal data unless the Client has agreed and the data are deleted afterwards.
# 8. Warranty
8.1 For ninety days after acceptance the Consultant corrects defects of a deliverable without charge. A defect is a difference from the agreed description that can be repeated.
8.2 The warranty does not cover changes made by others, or use in surroundings that were not agreed.
# 9. Liability
9.1 Neither party is liable for lost profit that could not be foreseen.
9.2 The total liability of each party under a Statement of Work is limited to the fees paid and payable under it during the twelve months before the event.
9.3 Nothing limits liability for intent, gross negligence, injury to persons, or breach of clause 6.
# 10. Term and termination
10.1 The Agreement begins on the date above and runs until ended by either party with thirty days' written notice. Statements of Work in progress are completed unless they are ended too.
10.2 Either party may end the Agreement at once if the other commits a serious breach and does not put it right within fifteen days of a written notice.
10.3 At the end the Consultant hands over work in progress, keys and documents, and is paid for work done until that day.
# 11. General
11.1 Notices are in writing and may be sent by e-mail to the addresses below; they take effect when the recipient confirms them or on the third working day.
11.2 Neither party may transfer the Agreement without the other's consent, which is not withheld without reason.
11.3 The parties try to settle disputes by a meeting of decision makers within ten working days. If that fails, the courts of ______________ decide under the laws of ______________.
11.4 If a clause is void, the rest stands and the parties replace the clause by what comes closest to its purpose.
# Signatures
| For the Client | For the Consultant |
| Name: | Name: |
| Title: | Title: |
| Date and signature: | Date and signature: |
> A template for orientation only. Have it checked by a lawyer who knows the law that applies to you.
"""

DEBT = """
# 借条示范
~ **借　条**
为家庭装修周转，本人＿＿＿（身份证号＿＿＿＿＿＿＿＿＿＿）今向＿＿＿（身份证号＿＿＿＿＿＿＿＿＿＿）借到人民币**伍万元整（¥50,000.00）**，款项已于 2026 年＿月＿日通过银行转账（尾号＿＿＿＿）收到。
借款期限自 2026 年＿月＿日至 2027 年＿月＿日，年利率 3%，到期一次还本付息，合计人民币伍万壹仟伍佰元整（¥51,500.00）。逾期按年利率 6% 计付逾期利息，并承担出借人为实现债权支出的合理费用。
>> 借款人（签字并按指印）：＿＿＿＿＿＿
>> 联系电话：＿＿＿＿＿＿＿＿
>> 2026 年＿月＿日
# 写借条的八个要点
1. 写“借条”，不写“欠条”或“收条”。欠条只表示欠钱，还要另外证明钱是怎样欠下的。
2. 写“今借到”，并写明款项已经收到以及支付方式。尽量转账，备注“借款”。
3. 姓名与身份证一致，附身份证号，由借款人亲笔书写、签名、按指印。
4. 金额大小写并列，两者不一致会引起争议。
5. 利息写年利率，不写“利息按银行算”“两分利”。约定的利率不得超过成立时一年期贷款市场报价利率的四倍。
6. 写明还款日期。没有写的，出借人可以随时要求返还，但应给对方合理的准备时间。
7. 夫妻共同借款，最好双方都签字。
8. 有保证人的，写明“连带责任保证”还是“一般保证”以及保证期间。没有写明的，按一般保证处理。
# 还款以后
还清时收回原件，或者由出借人写下收据：“今收到＿＿＿归还 2026 年＿月＿日借款本息共＿＿＿元，双方借贷结清。”分期归还的，每次都保留转账记录。诉讼时效一般为三年，从还款期限届满之日起算；其间发过催款消息的，应当保存，时效重新计算。
"""
