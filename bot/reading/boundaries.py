"""Words and endings by which a name is told from what stands around it."""

from __future__ import annotations

import re
from functools import lru_cache

PLACE_TAIL = re.compile(r"(?:省|市|县|区|州|旗|镇|乡|村|新区|岛|湾|港|山|河|湖)$")
_BODIES = (
    "公司|集团|大学|学院|医院|中心|银行|研究院|实验室|协会|委员会|基地|工程|机场|公园|遗址|大桥|隧道|水库|电站|平台"
)
ORGAN_TAIL = re.compile(rf"(?:{_BODIES}|局|厅|铁路|高铁|集群|行动|计划|规划|品牌|奖|杯|节|会|展)$")
#: what right behind a name is its last noun: 「国家区域医疗」 goes on to its 中心
BODY = re.compile(_BODIES)
VERB = re.compile(
    r"完成|实现|推进|推动|建设|加快|打造|加强|开展|提升|实施|支持|促进|获批|入选|成为|落户|列入|获评|建成|开工|投运|启动|召开|推出|率先|深化|扩大|增长|下降|达到"
)
#: other words that begin or end a name's predicate
_OTHER = re.compile(
    r"成为|被|获|荣获|得到|得以|为|是|作为|通过|首次|分别|让|使|将|把|由|在|对|等|均|已|并|顺利|正式|成功|组建|成立|设立|开放|创建|举办|办好|挂牌|筹建|获批|"
    r"启用|评为|认定|命名|授予|刷新|突破|迈上|位列|位居|居|升|竣工|通车|投产|投用|运营|封关|首飞|下线|问世|建设|完工|惠及|覆盖|带动|力争|确保|支持|新建|改建|扩建"
)
#: particles that end a name
CLOSING = frozenset("等 的 和 与 及 以及 共 了".split())
#: from which match with the question on a word counts as one of it
MATCHED = 0.62


@lru_cache(maxsize=1 << 14)
def is_break(word: str) -> bool:
    """Whether a word begins or ends the predicate around a name."""
    return bool(VERB.fullmatch(word) or _OTHER.fullmatch(word))
