"""Made-up reports for the tests of the bot, every figure in them invented, and views of short texts."""

from __future__ import annotations

import hashlib

from bot.evidence.view import ReportView
from ingest.analysis import analyse
from ingest.document import Document
from ingest.embedding import shipped_vectors

SHANDONG = """\
2036年山东省政府工作报告

一、2035年工作回顾
过去一年，全省上下团结奋斗，各项事业取得新进展。地区生产总值达到12万亿元、增长6.2%，城镇新增就业121万人，居民消费价格上涨1.1%。粮食总产量5100万吨，其中小麦产量2040万吨。
（一）交通更加便捷。新建高速公路310公里，新开通国际航线6条，黄河三号大桥建成通车。规模以上工业企业由3.2万家增加到3.6万家。
（二）民生持续改善。新建养老床位2.5万张，居民人均预期寿命达到81.5岁。城镇调查失业率5%。打造“泉心办”政务服务品牌，济南、青岛、烟台入选全国首批零碳城市。
“十六五”时期，全省累计造林50万亩，新增发电装机容量3000万千瓦。

二、2036年重点工作
全省发展的主要预期目标是：地区生产总值增长5.5%左右，城镇新增就业110万人以上，粮食总产量5200万吨。
（一）完善综合交通。新建高速公路280公里，9月底前建成鲁南机场。
（二）办好民生实事。新建养老床位3万张。到2040年，森林覆盖率达到25%。
"""

JIANGSU = """\
2036年江苏省政府工作报告

一、2035年工作回顾
过去一年，全省经济稳中向好。地区生产总值达到15万亿元、增长5.8%，城镇新增就业135万人，居民消费价格上涨0.9%。粮食总产量3800万吨。
（一）基础设施建设提速。新建高速公路150公里，新开通国际航线9条。
（二）民生福祉增进。新建养老床位1.8万张，居民人均预期寿命达到82.3岁。城镇调查失业率5%。

二、2036年重点工作
全省发展的主要预期目标是：地区生产总值增长6%左右，城镇新增就业120万人以上，粮食总产量3850万吨。
（一）加快基础设施建设。新建高速公路200公里。
（二）办好民生实事。新建养老床位2万张。
"""

REPORTS = {"2036_山东省_政府工作报告.txt": SHANDONG, "2036_江苏省_政府工作报告.txt": JIANGSU}


def view_of(text: str, file: str = "某县交通局2035年工作总结.txt") -> ReportView:
    """A text laid out for reading, as if it had been taken in from ``file``."""
    made = analyse(Document(text), file, hashlib.sha256(text.encode()).hexdigest())
    return ReportView(made.report, made.passages, made.figures, shipped_vectors())
