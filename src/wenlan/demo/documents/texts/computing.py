"""Computing: a Git book, a deck on sorting, notes on the command line."""

GIT = """
# 第一章 为什么需要版本管理
写论文的人大多有过这样的文件夹：“终稿”“终稿2”“终稿真的不改了”。它能救急，却回答不了三个问题：上周三的版本是什么样子？这一段是谁、为什么改的？两个人同时改了同一份文件怎么办？版本管理工具就是为了回答这三个问题而生的。
Git 是目前使用最广的版本管理工具。它把项目在某一刻的全部内容拍成一张“照片”，称为一次**提交**，每张照片都记得自己的上一张。无数张照片连在一起，就是项目的历史。你可以回到任何一张，也可以从任何一张出发，走一条新的路。
## 1.1 三个区域
!areas | 图 1 一个改动经过的三个区域
理解 Git 最重要的是分清三个地方。**工作区**是你看得见的文件；**暂存区**是准备放进下一次提交的清单；**仓库**是已经拍好的照片。改动文件只影响工作区，`git add` 把改动列入清单，`git commit` 按清单拍照。
很多人觉得暂存区多余，其实它让你可以挑选。一下午改了三件不相干的事，可以分三次提交，每次只放一件。将来要撤销其中一件时，就会感谢当初的自己。
## 1.2 第一次使用
先告诉 Git 你是谁，这些信息会写进每次提交。
```
git config --global user.name "王小明"
git config --global user.email "xiaoming@example.com"
git config --global init.defaultBranch main
```
然后在项目文件夹里建立仓库，做第一次提交。
```
cd my-notes
git init
git add README.md
git commit -m "写下项目说明"
```
# 第二章 每天用到的命令
## 2.1 看清现状
`git status` 是最常用的命令，任何时候不知道该做什么，就先运行它。它会告诉你哪些文件改了、哪些在清单里、哪些还没有被管理，并且提示下一步可以用什么命令。
^ 表 1 查看类命令
|: 3 5
| 命令 | 回答的问题 |
| git status | 现在有哪些改动？ |
| git diff | 工作区改了什么，还没有列入清单的部分 |
| git diff --staged | 下一次提交将包含什么 |
| git log --oneline | 历史上有哪些提交，一行一个 |
| git log -p 文件名 | 这个文件每次改了什么 |
| git blame 文件名 | 每一行最后由谁在哪次提交中改动 |
| git show 提交号 | 某次提交的说明和内容 |
## 2.2 写好提交说明
提交说明是写给半年后的自己和同事看的。第一行用不超过五十个字说明“做了什么”，用动词开头；空一行之后再说明“为什么这样做”。改动本身已经说明了怎么做，不必重复。
比较两条说明：“修改 bug”与“按学号而不是姓名查找成绩，避免同名学生互相覆盖”。前者毫无信息，后者让人不看代码就知道发生了什么。
> 判断一次提交是否合适，可以试着用一句话描述它。如果这句话里必须出现“并且”“另外”，多半应当拆成两次。
## 2.3 忽略不该管理的文件
编译产物、日志、密码文件不应进入仓库。在项目根目录建立 `.gitignore`，每行写一个规则。
```
# 编译产物
build/
*.pyc
# 本机配置，含有密码
.env
# 但这个示例文件要保留
!.env.example
```
注意，已经被管理的文件，写进忽略规则不会生效，需要先用 `git rm --cached` 让 Git 忘记它。如果密码已经提交过，仅仅删除文件是不够的，历史里仍然看得到，正确的做法是立刻更换密码。
# 第三章 分支与合并
## 3.1 分支只是一个书签
分支听起来复杂，其实只是一个会自动向前移动的书签，指向某次提交。建立分支不复制任何文件，瞬间完成，所以应当大胆使用：尝试一个想法，就开一个分支；想法不成，删掉书签即可。
```
git switch -c try-new-layout
git commit -am "试用两栏布局"
git switch main
git merge try-new-layout
git branch -d try-new-layout
```
!branches | 图 2 从主线分出、再合并回来
## 3.2 两种合并
如果主线在你离开期间没有新的提交，合并只是把书签往前挪，叫做**快进**。如果两边都有新的提交，Git 会把两边的改动合在一起，生成一个有两位“父母”的合并提交。
## 3.3 解决冲突
两边改了同一处，Git 不会替你做决定，而是在文件里标出两种写法。
```
<<<<<<< HEAD
开放时间：8:00—17:00
=======
开放时间：9:00—18:00
>>>>>>> summer-schedule
```
解决冲突不是在两者之间二选一，而是弄清楚两个人各自想达到什么目的，写出满足双方的结果。改好以后删掉标记，`git add` 该文件，再 `git commit`。不知道对方为什么这样改，就去问他，这比猜测快得多。
> 减少冲突的办法不是小心翼翼，而是勤合并。每天把主线合到自己的分支一次，冲突总是很小；攒两个星期，冲突就会变成灾难。
# 第四章 与他人协作
## 4.1 远程仓库
远程仓库是放在服务器上的另一份完整历史。`git clone` 得到一份副本，`git fetch` 取回别人的新提交但不动你的文件，`git pull` 取回并合并，`git push` 把你的提交送上去。
^ 表 2 协作时的一天
|: 2 4 4
| 时刻 | 命令 | 目的 |
| 早上 | git pull | 从最新的主线开始 |
| 开工 | git switch -c fix-date | 在自己的分支上改 |
| 完成一小步 | git commit | 留下清楚的记录 |
| 中午 | git fetch，git merge origin/main | 及早发现冲突 |
| 下午 | git push -u origin fix-date | 送上服务器，请人评审 |
| 通过之后 | 在网页上合并，删除分支 | 保持整洁 |
## 4.2 评审的礼节
请人评审时，先自己看一遍改动，删掉调试语句；说明里写清做了什么、怎样验证。一次评审最好不超过四百行，超过之后，评审者只会说“看起来不错”。
评审别人时，先肯定做得好的地方；提意见针对代码而不是人；把“必须改”和“个人偏好”分开；能用工具自动检查的问题，交给工具。
# 第五章 后悔药
## 5.1 按后悔的程度选择
^ 表 3 常见的后悔场景
|: 4 4 3
| 场景 | 命令 | 是否安全 |
| 改乱了一个文件，想回到上次提交 | git restore 文件名 | 未提交的改动会丢失 |
| 不小心列入了清单 | git restore --staged 文件名 | 安全 |
| 提交说明写错了 | git commit --amend | 未推送时安全 |
| 想撤销一次已推送的提交 | git revert 提交号 | 安全，生成反向的提交 |
| 想退回到三次提交之前 | git reset --soft HEAD~3 | 改动保留在清单里 |
| 临时要去做别的事 | git stash，之后 git stash pop | 安全 |
最重要的原则是：**已经推送给别人的历史不要改写**。改写之后，别人的历史与你的对不上，合并时会出现成片的冲突。要撤销已推送的提交，用 `git revert`，它不删除历史，而是追加一次反向的改动。
## 5.2 几乎什么都找得回来
Git 很少真正删除东西。误删了分支、误用了 `reset`，都可以用 `git reflog` 查到书签最近去过的每一个位置，再用 `git switch -c 救回来 提交号` 找回。默认情况下，这份记录至少保留三十天。
唯一找不回来的，是从未提交、也从未暂存的改动。所以养成习惯：休息之前先提交一次，说明写“进行中”也无妨，推送之前再整理。
# 第六章 练习与参考
## 6.1 六个小练习
1. 建一个仓库，写一首自己编的四行小诗，每写一行提交一次，然后用一条命令看出每一行是哪次提交写的。
2. 在两个分支上把同一行改成不同的内容，合并，解决冲突。
3. 把一个文件改名，提交，观察 `git log --follow` 能否看到改名之前的历史。
4. 故意用 `git reset --hard` 退回两步，再用 `git reflog` 找回来。
5. 用 `git bisect` 在二十次提交中找出引入错误的那一次，数一数只用了几步。
6. 邀请一位朋友，互相评审一次改动。
## 6.2 参考答案要点
第一题用 `git blame`。第三题不加 `--follow` 时，历史从改名处断开。第五题每一步排除一半，二十次提交最多五步，因为 2 的 5 次方等于 32，大于 20。
## 6.3 一页纸速查
^ 表 4 速查
|: 3 4 3 4
| 想做的事 | 命令 | 想做的事 | 命令 |
| 建立仓库 | git init | 取回更新 | git pull |
| 列入清单 | git add | 送出提交 | git push |
| 提交 | git commit | 新建分支 | git switch -c |
| 看状态 | git status | 合并 | git merge |
| 看差异 | git diff | 撤销提交 | git revert |
| 看历史 | git log | 找回 | git reflog |
"""

SORTING = """
# 为什么要研究排序
- 排好序的数据，查找可以用**二分法**：百万个数只需比较 20 次
- 许多问题排序之后变得简单：找重复、求中位数、配对
- 同一个问题有许多解法，最适合比较算法的优劣
> 评价算法看三点：做了多少次比较、用了多少空间、是否稳定
# 冒泡排序：邻居比较
- 从左到右比较相邻两数
- 左边大就交换
- 每一轮，最大的数“冒”到最右边
- 某一轮没有交换，就可以**提前结束**
!bubble | 第一轮：比较 7 与 3，交换
# 冒泡排序：一轮之后
- 最大的 9 已经到位
- 剩下的数继续重复
- 共需要 n-1 轮
- 比较次数：n(n-1)/2
!bubble_done | 深色为已经到位的数
# 选择排序：每次选最小
- 在未排序部分找最小的数
- 与第一个位置交换
- 比较次数固定，**交换最少**
- 适合交换代价高的场合
!selection | 找到最小值 1，放到最前面
# 插入排序：像整理扑克牌
- 左手是已经排好的牌
- 拿起下一张，从右往左找位置
- 数据**接近有序**时非常快
- 小规模数据的首选
!insertion | 前四个数已经有序，正在插入第五个
# 归并排序：分而治之
- 把数据分成两半，各自排序
- 再把两个有序的半段合并
- 合并一遍只需 n 次比较
- 分的层数是 log n，总共 **n log n**
!merge | 拆分、排序、合并
# 快速排序：选一个基准
- 选一个数作基准，小的放左边，大的放右边
- 左右两段再用同样的方法
- 平均 n log n，最坏 n 的平方
- 随机选基准，可以避开最坏情况
!quick | 以 5 为基准划分之后
# 比较次数实测
- 对同样的随机数据排序，数一数比较的次数
!measured | 数据量增加时，两类算法差距迅速拉大
> 数据量翻一倍：插入排序的工作量变为四倍，归并排序只略多于两倍
# 六种算法一览
| 算法 | 平均 | 最坏 | 额外空间 | 稳定 |
| 冒泡 | n² | n² | 1 | 是 |
| 选择 | n² | n² | 1 | 否 |
| 插入 | n² | n² | 1 | 是 |
| 归并 | n log n | n log n | n | 是 |
| 快速 | n log n | n² | log n | 否 |
| 堆排序 | n log n | n log n | 1 | 否 |
# 什么叫稳定
- 先按姓名排好，再按班级排
- 稳定的算法：同班同学**仍按姓名**排列
- 不稳定的算法：同班同学的次序可能打乱
> 多关键字排序时，稳定性决定能不能“一层一层地排”
# 能不能更快
- 只靠比较，至少需要约 n log n 次，这是可以证明的下限
- n 个数有 n! 种排列，每次比较最多排除一半
- 不比较也能排：**计数排序**、基数排序
- 前提是数据的范围有限，例如考试分数 0—100
# 实际工作中怎么选
| 场合 | 建议 |
| 几十个数以内 | 插入排序 |
| 内存放得下的一般数据 | 语言自带的排序（多为归并与插入的结合） |
| 放不进内存的大文件 | 分块排序后归并 |
| 整数且范围小 | 计数排序 |
| 只要前十名 | 用大小为十的堆，不必全排 |
# 动手试一试
- 用扑克牌演示插入排序，记录移动的次数
- 写程序统计冒泡排序提前结束的效果
- 想一想：怎样给一百万名考生的成绩排名？
> 看懂算法只需十分钟，亲手写一遍，才真正属于你
"""

COMMAND_LINE = """THE COMMAND LINE IN TWENTY SMALL STEPS
======================================

These notes are for people who open a terminal once a month and would like to stop being afraid of it.
Every step takes a few minutes. Type the examples yourself; reading is not enough.

PART ONE: MOVING AROUND

 1. Where am I?
        pwd
    prints the folder you are in. Your prompt may show it too, but `pwd` never abbreviates.

 2. What is here?
        ls -lh
    lists the files with sizes a person can read. Add -a to see the hidden ones, whose names begin with a dot.

 3. Go somewhere else.
        cd Documents        into a folder below
        cd ..               up one level
        cd -                back to where you were before
        cd                  home

 4. Let the machine type for you. Press Tab after the first letters of a name. If nothing happens, press it
    twice to see the choices. People who use Tab make almost no spelling mistakes.

 5. Ask for help.
        man ls              the manual; q leaves it, /word searches in it
        ls --help           the short version

PART TWO: FILES

 6. Make, copy, move, remove.
        mkdir notes
        cp plan.txt notes/
        mv plan.txt old-plan.txt
        rm old-plan.txt
    There is no wastebasket. `rm` means it. Use `rm -i` until your fingers have learned respect.

 7. Names with spaces need quotes:  cat "my plan.txt"

 8. Patterns stand for many names. `*.jpg` is every name that ends in .jpg; `report-?.txt` is report- and
    exactly one more character. Before `rm *.tmp`, run `ls *.tmp` and read what would go.

 9. Look into a file without opening an editor.
        less big.log        page through; q leaves
        head -n 5 data.csv  the first five lines
        tail -f server.log  the end, and what is added while you watch

PART THREE: PLUMBING

10. A program reads from its input and writes to its output. The bar connects them:
        ls | wc -l
    counts the files. `ls` knows nothing about counting, `wc` nothing about files. Together they answer you.

11. Save the output:  ls > list.txt   (replace)    ls >> list.txt   (add at the end)

12. Find lines:
        grep -n "error" server.log          with line numbers
        grep -i -r "invoice" notes/         ignore case, look into folders

13. Sort and count. The most useful pipe of all:
        sort visitors.txt | uniq -c | sort -rn | head
    How it works: `sort` puts equal lines together, `uniq -c` counts each group, `sort -rn` puts the largest
    first, `head` shows ten. With it you can answer "which is the most frequent ..." about anything.

14. Columns:
        cut -d, -f2 members.csv             the second column of a comma-separated file
        awk -F, '{sum += $3} END {print sum}' members.csv      the sum of the third

PART FOUR: BEING IN CONTROL

15. Ctrl-C stops what is running. Ctrl-R searches in what you typed before. Ctrl-L clears the screen.
    Ctrl-A and Ctrl-E go to the beginning and the end of the line.

16. Who is using the machine?
        top                 processes, busiest first; q leaves
        df -h               how full are the disks
        du -sh *            which of these folders is the large one

17. Permissions. In the long listing, `rwxr-x---` is three groups of three: the owner, the group, everybody
    else; read, write, execute. `chmod u+x script.sh` lets you, the user, execute the script.

18. The environment. `echo $HOME` shows a variable. `export EDITOR=nano` sets one for this session. Put it in
    the file .bashrc in your home folder to keep it.

PART FIVE: YOUR OWN TOOLS

19. A script is a list of commands in a file:

        #!/bin/bash
        # Make a dated copy of the notes.
        set -euo pipefail
        day=$(date +%Y-%m-%d)
        cp -r "$HOME/notes" "$HOME/backup/notes-$day"
        echo "Saved notes-$day"

    The third line makes the script stop at the first mistake instead of carrying on in confusion.

20. Do it for many files:

        for picture in *.png; do
            echo "Now at $picture"
        done

    Write the loop with `echo` first. When the printed lines look right, replace `echo` by the real command.

WHAT TO DO WHEN IT DOES NOT WORK

    "command not found"         a spelling mistake, or the program is not installed
    "No such file or directory" you are not where you think; run pwd and ls
    "Permission denied"         look at ls -l; do not reach for sudo before you know why
    it hangs                    it may be waiting for input; press Ctrl-C and read the manual
    it printed far too much     add | less

A last word. Do not memorise. Keep a file of commands that worked, with one line each that says what they
were for. After a year it will be worth more than any book, because it is about your own work.
"""
