"""The words that stand in and around a sum of money, in the scripts and languages people mix. Data, no rules.

Only words listed here may stand beside a sum. What is not listed is not read, and a sum beside it is
refused: 五万吨 is no money, and nobody can list every word that would make it none. Everything is
written folded: lower case, Simplified.
"""

#: characters of sums and of what surrounds them, Traditional, Cantonese and variant, each before its Simplified one
_PAIRS = (
    "萬万億亿圓元圆元點点兩两負负〇零○零Ｏ零參叁叄叁弎叁貳贰弍贰弌壹陸陆佰百仟千拾十−-–-—-―-〜~’'‘'`'´'，,帳账賬账裡里裏里總总約约個个幾几餘余數数來来將将過过歐欧幣币塊块會会應应該该還还當当時时係系們们這这邊边說说錢钱損损凍冻"
    "結结賠赔虧亏資资產产價价債债權权報报單单實实際际額额對对沒没請请謝谢幫帮記记現现頭头連连筆笔計计鎊镑韓韩臺台紐纽紙纸鈔钞據据寫写畀俾樣样戶户無无買买預预險险賺赚賭赌貨货剛刚啱刚為为爲为麼么張张給给從从滙汇匯汇環环圍围鎖锁認认覺觉話话蝕蚀盤盘"
    "簽签並并種种別别傳传處处終终於于訴诉開开關关門门後后進进達达僅仅虛虚擬拟質质間间積积儲储擁拥領领東东較较嚟来攞拿啲些仲还冇没喺在嗰那咗了唔不嘅的佢他"
)
SAME = str.maketrans({pair[0]: pair[1] for pair in map("".join, zip(_PAIRS[::2], _PAIRS[1::2], strict=True))})

DIGITS = {
    "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "两": 2,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
#: M is the million of English and Russian
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "M": 10**6, "k": 1000}
#: one character that stands for several, or for another
SPELT = {"廿": "二十", "卅": "三十", "卌": "四十", "俩": "两", "仨": "三"}
CAPITALS = frozenset("壹贰叁肆伍陆柒捌玖")

#: generic words take their currency from a word beside them (块美金), or else stand for one
GENERIC = {"yuan": "CNY", "kuai": "CNY", "man": "HKD", "dollar": "USD"}
CURRENCIES = {
    "USD": "美元 美金 美刀 刀 刀乐 美钞 usd dollars dollar us$ usdollar usdollars bucks dao meijin meiyuan meidao долларов доллара доллар доллары долл баксов бакса баксы",
    "USDT": "usdt 泰达 泰达币 tether",
    "CNY": "人民币 rmb cny ¥ 软妹币 renminbi renminbi yuan renmenbi renminbi юаней юаня юань",
    "HKD": "港币 港元 港纸 港钱 hk$ hkd hkdollars hkdollar hongkongdollars hongkongdollar gangbi gangyuan 港蚊",
    "EUR": "欧 欧元 € eur euro euros ouyuan евро",
    "yuan": "元",
    "kuai": "块 块钱 蚊钱 kuai kuaiqian",
    "man": "蚊",
    "dollar": "$",
}
#: money, but none of ours
OTHER = (
    "日元 日币 日圆 円 台币 新台币 台元 台幣 twd nt nt$ ntd 英镑 镑 英磅 gbp £ pound pounds quid 韩元 韩币 韩圜 krw ₩ won 加元 加币 加拿大元 cad c$ ca$ "
    "澳元 澳币 澳门币 澳门元 葡币 mop mop$ 澳大利亚元 aud a$ au$ aus$ 新元 新币 坡币 新加坡元 sgd s$ sg$ 纽币 纽元 新西兰元 nzd nz$ 瑞郎 瑞士法郎 法郎 chf 卢布 "
    "rub руб рублей рубля рубль ₽ 泰铢 铢 thb ฿ 越南盾 越盾 印尼盾 盾 卢比 inr ₹ 马币 令吉 林吉特 myr rm 比索 php ₱ 里拉 try 雷亚尔 r$ brl 迪拉姆 aed "
    "jpy yen cnh dong vnd idr 克朗 sek nok dkk pln usdc busd dai tusd fdusd usd1 btc 比特币 比特 大饼 bitcoin bitcoins sats 聪 eth 以太坊 以太币 以太 以太幣 姨太 ether ethereum sol solana ftt bnb xrp "
    "doge 狗狗币 狗币 ada ltc 莱特币 dot matic trx 波场 shib 柴犬币 avax link uni 枚 颗 平台币 fil eos bch etc ton 点卡 гривен тенге"
)

#: said beside exactly one number, these leave it one number: it is taken, and read back
APPROXIMATE = (
    "大概 大约 大概是 约 约为 约莫 大致 左右 差不多 差唔多 上下 估计 可能 可能是 也许 好像 好像是 大抵 估摸 似乎 应该 应该是 应该有 印象中 印象里 大概齐 "
    "about around approx approximately roughly circa ca probably maybe perhaps approx. dagai dayue zuoyou chabuduo yue ish guess "
    "примерно около приблизительно порядка где то гдето наверное"
)
#: a sum is bounded, counted loosely or scaled: no exact one was said
VAGUE = (
    "几 好多 若干 多 数十 数百 数千 数万 数亿 上百 上千 上万 上亿 成百 成千 成万 近 将近 接近 不到 没到 未到 不足 不满 未满 不止 不只 唔止 唔到 唔够 超 超过 超出 多于 少于 "
    "大于 小于 高于 低于 以上 以下 以内 之内 之上 之下 至少 最少 起码 最多 最高 最低 顶多 至多 少说 多说 出头 开外 有余 余 快 快到 逼近 往上 朝上 打底 起步 封顶 破 满 过 来 许 "
    "债权人 用户 客户 投资者 投资人 火急 不等 不定 一半 大半 小半 以外 零头 翻倍 倍 冇 奔 直逼 上限 下限 某 "
    "few several some many couple dozens hundreds thousands millions tens least most more less than over under almost nearly up to above below beyond exceeding "
    "within max min maximum minimum plus больше более меньше менее почти свыше несколько пару максимум минимум ji duo shang budao chaoguo"
)
RANGE = (
    "到 至 或 或者 还是 抑或 定系 之间 介于 in-between between or to from through till until versus от до или между и"
)
NEGATIVE = "负 minus negative 零下 минус"
PERCENT = "% ‰ 折 成 百分 百分之 千分之 万分之 巴仙 percent percentage pct процентов процента процент 点数 基点 bps"

#: light words, to be found on either side of a sum
LIGHT = (
    "吧 吧。 呢 啊 阿 呀 哦 噢 喔 嗯 哈 哈哈 啦 喇 嘛 嘞 咯 啰 囉 诶 哎 唉 额 呃 哟 呗 的 嘅 了 咗 啲 咁 㗎 架 吖 咩 嗱 嘛。 哒 滴 么 "
    "没错 冇错 没有错 对 对的 对吧 是的 系 系咁 就系 就是 就这样 就这么多 咁多 这么多 那么多 这样 那样 的样子 样子 这个数 这个数目 这个金额 哪 来着 吗 啩 "
    "谢谢 多谢 唔该 麻烦 麻烦了 请 好 好的 好吧 可以 行 "
    "整 整数 正好 刚好 刚刚好 啱啱 啱啱好 全部 总共 一共 合计 共计 总计 总额 总数 加起来 加埋 合共 共 全 全是 都是 都系 其实 其实是 真的 确实 确实是 "
    "在里面 在里头 在上面 在那里 在那边 在那儿 在平台 在平台上 喺度 喺入面 喺里面 喺上面 存着 放着 躺着 留着 押着 压着 卡着 卡住 卡住了 卡在那 卡在里面 困住 困住了 困在里面 被困 被困住了 套住 套住了 套在里面 锁住 锁住了 "
    "冻结 被冻结 冻结了 冻住了 被冻 亏了 亏掉了 赔了 没了 全没了 冇咗 损失 损失了 蚀咗 打水漂了 拿不回来 拿不回来了 拿不出来 提不出来 提不出来了 取不出来 取不出来了 没提出来 没取出来 没拿回来 没拿到 没退 没还 没给 没到账 未到账 未收到 没收到 攞唔返 "
    "我 俺 咱 我猜 "
    "in on at there left stuck still total altogether please thanks thx thank you yes yeah yep yup ok okay exactly precisely "
    "i think believe guess suppose lol haha so far now back then worth of my the account wallet balance acct money funds deposit deposits claim ftx ftx.com it that thats that's was is were are inside "
    "frozen locked trapped lost gone owed claimed missing ftxus value sum here sir pls plz cash cleared "
    "de le ba a la ne ma zuo youde jiushi meicuo duide shide "
    "на счете счёте счету счёту там было есть всего осталось зависло застряло ftx это вот да спасибо итого в сумме бирже аккаунте сейчас ещё еще лежит лежало"
)
#: light words that may only come before a sum: behind one they could count it (五千里)
BEFORE = (
    "我 我的 我个 手上 手里 手头 手头上 手上有 你 您 您好 你好 他 她 他的 她的 老公 老婆 老爸 老妈 爸 妈 我们 咱们 我哋 自己 本人 俺 家里 "
    "有 还有 还剩 还剩下 剩 剩下 剩余 剩低 仲有 仲剩 得 只有 只剩 只剩下 仅有 仅剩 就 就有 就剩 都 都有 也 也就 才 才有 共有 总共有 一共有 合计有 一共是 总共是 "
    "是 系 算 算是 算下来 算起来 等于 等於 为 即 即是 也就是 就是 "
    "在 喺 放 放了 存 存了 存过 存入 充 充了 充过 充值 充值了 入金 入了 转入 转了 转进去 打了 打进去 投 投了 投入 投资 投资了 买了 亏 赔 丢 欠 欠我 欠我的 欠了我 被欠 被套 被套了 被锁 被冻结了 被冻了 被困 卡了 困了 押了 压了 套了 损失 损失了 留了 留下 持有 拥有 "
    "里 里面 里面有 里头 里头有 里边 入面 上 上面 上面有 上有 那 那边 那里 那儿 那时 那时候 那会儿 那个 那笔 这 这边 这里 这个 这笔 这儿 呢 呢度 呢边 嗰 嗰度 嗰边 嗰阵 嗰时 嗰个 嗰笔 果度 一笔 那一笔 这一笔 份 那份 这份 呢份 "
    "账户 账户里 账户上 账户余额 账号 账号里 账上 账里 账面 账面上 户口 户口里 户口入面 户头 户头里 平台 平台上 平台里 交易所 交易所里 钱包 钱包里 仓位 余额 余额是 余额有 余额为 结余 本金 本金是 债权 债权金额 债权额 债权是 债权有 债权总额 "
    "金额 金额是 金额为 总金额 总额 总额是 总数 总数是 数目 数额 数字 银码 银码系 总值 总资产 资产 资产是 资金 价值 值 市值 申报 申报金额 申报了 登记 登记金额 确认金额 核定金额 认定金额 通知上 通知上写的 写的 写的是 写着 填 填的 填的是 显示 显示是 显示有 "
    "当时 当时有 当年 当年有 当初 那年 去年 前年 以前 之前 原来 原先 原本 本来 那阵 出事时 出事前 暴雷时 暴雷前 破产时 破产前 申请日 破产日 目前 现在 现时 而家 依家 最后 后来 一直 应有 实际 实际是 实际上 具体 具体是 准确 准确说 确切 准确的说 精确 "
    "记得 记得是 记得有 记得系 印象 觉得 想 想想 看了一下 查了一下 查了下 看了下 睇咗 "
    "嗯 额 呃 那个那个 就是说 话说 回答 答案 改成 改为 改做 更正为 更正 应为 不对 是说 说的是 意思是 "
    "ftx里 "
    "i im i'm ive i've we my our mine his her had have has got get hold holding held holds deposited put keep kept invested there's theres "
    "my claim's balance's amount amounts amount's equals comes it's its say says said like just only exactly still total claim value account accounts "
    "owe owes me they about's was were been sum hi hello well um uh hmm so yes ya number figure answer final precisely filed for scheduled petition date "
    "wo wode you shi wode zhaiquan yigong zonggong jine shengxia haiyou jiu jiushi limian zhanghu zhanghuli dangshi cunle kuile wojide yu'e yue "
    "у меня мне мой моя мои моё мое я был была было были есть должны осталось остался потерял потеряла сумма сумме баланс требование требования заявка депозит счёт счет всего итого ровно только имею держал держала составляет вложил вложила на ftx в"
)

ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "a": 1, "an": 1,
}  # fmt: skip
SCALES = {"thousand": 10**3, "grand": 10**3, "million": 10**6, "mil": 10**6, "mln": 10**6, "billion": 10**9, "bn": 10**9,
          "千": 10**3, "k": 10**3, "万": 10**4, "M": 10**6}  # fmt: skip
PINYIN = {
    "yi": "一", "er": "二", "san": "三", "si": "四", "wu": "五", "liu": "六", "qi": "七", "ba": "八", "jiu": "九",
    "shi": "十", "liang": "两", "ling": "零", "bai": "百", "qian": "千", "wan": "万", "ban": "半", "ge": "个", "dian": "点",
}  # fmt: skip
RUSSIAN = {
    "тыс": "千", "тысяч": "千", "тысячи": "千", "тысяча": "千", "тысячу": "千", "к": "千", "т": "千",
    "млн": "M", "миллион": "M", "миллиона": "M", "миллионов": "M",
}  # fmt: skip
