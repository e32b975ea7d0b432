"""Classes of bodies (集合主体): 各区人民政府, 市直各有关单位, 自然资源主管部门.

A class is told by how its name is built; which bodies belong to it no name says.
"""

from __future__ import annotations

import re

from corpus.places import match_place

# 市政园林局, 市容局, 区划办, 省级…, 市直… do not begin with a prefix.
NO_PREFIX = re.compile(
    r"市(?:政(?!府|协)|场|容|民|级|直|属|本级|辖|郊)|区(?:域|划|块|间|直|属|级|内)"
    r"|县(?:域|直|级|城)|省(?:级|直|属|际|域)|自治区(?:级|直|属)|州(?:级|直|属)|盟(?:友|约)"
)
NO_AGENCY = re.compile(
    r"^(?:或|前往|如|即|含|以|谁)|报送|是指|的(?!市)|负责|牵头|配合|落实|推进|加强|完成|开展|建立|应当|不得|可以|以及其|进行|实施(?!局)|^的|工作$|以下"
    r"|(?:^|[^重])要[^素求闻]|对于|按照|并|人员|情况|任务|项目$"
)
# 各区人民政府, 市直各有关单位, 有关部门, …成员单位, 县级以上地方各级人民政府
_COLLECTIVE_HEAD = re.compile(
    r"(?:各|有关|相关|其他|其它|所有|全[省市区县州]|全体|地方(?:各级|人民)?|县级以上|[省市县区乡镇]{2,5}级?"
    r"(?=人民|政府|各|有关|党委)|设区[的市]|(?:自治区|自治州|[省市区县州盟旗])(?:本级)?[级直属]?(?:各|有关|相关)"
    r"|(?:自治区|[省市区县州])[直级属](?=部门|单位|机关|企业|行业|涉|行政)|中央(?:和国家机关)?(?:各|有关|相关)"
    r"|国务院(?:各|有关|相关)|属地|(?:中央|省)?驻[\u4e00-\u9fff]{1,3}(?=有关|各|单位|机构)|[省市州县区乡镇](?:、[省市州县区乡镇])+|[县区市]（[市县区旗、]+）|沿[海江边]|村（居）|乡镇|镇街|街道|街镇|县区|县市区|市县|市、县|县、区)"
)
_COLLECTIVE_TAIL = re.compile(
    r"(?:政府|部门|单位|委|办|局|厅|会|院|校|企业|机构|处室|科室|运营商|街道|乡|镇|区|县|市|州|盟|旗|地方?|处"
    r"|中心|公司|集团|行|组|专班|地区|大学|口岸|海关|办公室|成员|委、办、局|主体|平台|商|场馆|高校|站)$"
)
_COLLECTIVE_END = re.compile(
    r"(?:成员单位|(?:有关|相关|主管|职能|监管|责任|行业|行政)(?:部门|单位)|部门和单位|部门|单位"
    r"|金融机构|运营商|通信企业|电信企业|运营企业|基础电信企业|^政府[\u4e00-\u9fff]{2,8}机构|(?:主管|监管|行政|监督管理|行政管理)(?:机关|机构)|(?:公安|税务|检察|审判|监察)机关)$"
)

# 乡镇（街道）, 县（市、区）, 开发区（投资区、高新区）, 试点城市
_TOWNS = re.compile(
    r"(?:乡镇|乡（镇）|街道|镇|县|市|区|开发区|园区|村|社区)[（(][^（）()]{1,14}[）)]|试点(?:城市|地区|县市|单位)"
    r"|设区的?市"
    r"|(?:乡镇|镇街|街镇|乡镇街道)(?:园区)?"
)
# 各级负有安全生产监督管理职责的部门
_CHARGED = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8})(?:负有|承担|具有|负责)[\u4e00-\u9fff]{2,20}(?:职责|责任|职能)的(?:部门|单位|机构)"
    r"|负责[\u4e00-\u9fff]{2,16}工作的(?:部门|机构)"
    r"|各[\u4e00-\u9fff]{4,20}的[\u4e00-\u9fff]{0,6}(?:银行|公司|企业|机构|单位|部门|学校|医院)"
    r"|[\u4e00-\u9fff、（）()]{1,30}(?:政府|部门|委员会|机关)(?:确定|指定|授权|委托)的[\u4e00-\u9fff]{0,12}(?:部门|机构|单位)"
)
_SOME = re.compile(r"各|有关|相关|其他")
# 国务院著作权行政管理部门, 省发展和改革部门: one body, named by what it does
_ONE_DEPARTMENT = re.compile(
    r"(?:国务院|国家|省|自治区|市(?!级|县|区|州|[、（直]))"
    r"(?!级|直|有关|相关|各|其他|所属|主管|职能|行业|业务|属|内|辖)[\u4e00-\u9fff]{2,18}(?:部门|机构|机关)"
)
# 三明、南平和龙岩市政府
_SOME_PLACES = re.compile(
    r"[\u4e00-\u9fff]{2,5}(?:[、和及][\u4e00-\u9fff]{2,5}?){1,8}(?:人民)?政府"
)
_MEMBERS = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9（）()“”、]{2,40}(?:领导小组|协调小组|联席会议|指挥部|工作机制)(?:各)?成员单位"
)


def is_charged(name: str) -> bool:
    """Whether bodies are named by the charge they were given: 市、县政府指定的部门."""
    return bool(_CHARGED.fullmatch(name))


def is_collective(name: str) -> bool:
    """Whether a name is a class of bodies (集合主体): 各区人民政府, 市直各有关单位."""
    if is_place_list(name) or is_charged(name) or _MEMBERS.fullmatch(name):
        return True
    if _is_one_department(name):
        return False
    if not 2 <= len(name) <= 48 or NO_AGENCY.search(name):  # noqa: PLR2004
        return False
    head = _COLLECTIVE_HEAD.match(name)
    if head and head.end() < len(name) and _COLLECTIVE_TAIL.search(name):
        return True
    if _TOWNS.fullmatch(name):
        return True
    if name.startswith("各级") and len(name) <= len("各级人力资源和社会保障"):
        return True
    return bool(_COLLECTIVE_END.search(name)) and len(name) <= 40  # noqa: PLR2004


def _is_one_department(name: str) -> bool:
    """Whether a department of one government is named by what it does: 省发展和改革部门."""
    found = _ONE_DEPARTMENT.fullmatch(name)
    return found is not None and not (_SOME.search(name) or NO_PREFIX.match(name))


def is_place_list(name: str) -> bool:
    """Whether several places share one body in a name: 三明、南平和龙岩市政府."""
    return bool(_SOME_PLACES.fullmatch(name)) and match_place(name) is not None


def is_vague(name: str) -> bool:
    """Whether a class is named by its kind alone: 使用单位, 发证部门."""
    head = _COLLECTIVE_HEAD.match(name)
    if head is not None or _TOWNS.fullmatch(name):
        return False
    return not name.endswith("成员单位") and not is_place_list(name)
