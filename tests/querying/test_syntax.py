"""What the typed line means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import (
    LeadingWildcardError,
    LineTooLongError,
    QuestionError,
    TooManyClausesError,
    YearRangeError,
)
from search.query import (
    MATCH_ALL,
    AnyOf,
    AsTyped,
    Both,
    FieldIs,
    Not,
    Phrase,
    Plain,
    SameMeasure,
    Word,
    YearRange,
)


def plain(*words, literal=None):
    return Plain(tuple(Word(word, (word,)) for word in words), literal or "".join(words))


def shape(node):
    """The tree without word parts and without the branch for the line as typed."""
    match node:
        case AnyOf((tree, AsTyped())):
            return shape(tree)
        case Plain(words, _):
            return " ".join(word.folded for word in words)
        case Phrase(folded):
            return f"“{folded}”"
        case Both(children):
            return ("与", *map(shape, children))
        case AnyOf(children):
            return ("或", *map(shape, children))
        case Not(child):
            return ("非", shape(child))
        case SameMeasure(child):
            return ("措施", shape(child))
        case _:
            return node


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("伪劣商品", "伪劣商品"),
        ("  伪劣商品　 ", "伪劣商品"),
        ("软件 正版化", "软件 正版化"),
        ("软件、正版化，督查", "软件 正版化 督查"),
        ("双随机、一公开", "双随机 一公开"),
        ("市公安局", "市公安局"),
        ("1,000件", "1,000件"),
        ("网络交易的监管怎么办？", "网络交易 监管"),
        ("ＡＢＣ", "abc"),
        ("商標", "商标"),
        ("侵权*", "侵权"),
        ("侵权＊", "侵权"),
        ("侵 OR", "侵 or"),
        ("什么", "什么"),
    ],
)
def test_an_unquoted_line_falls_into_words(parse, line, words):
    assert shape(parse(line).root) == words


def test_the_run_as_typed_stays_together(parse):
    root = parse("软件 正版化").root
    assert (root.words, root.literal) == (plain("软件", "正版化").words, "软件正版化")


def test_the_score_takes_the_whole_run_but_for_its_function_words(parse):
    assert parse("市场的监管").root.grams == (
        "市",
        "场",
        "监",
        "管",
        "市场",
        "场的",
        "的监",
        "监管",
    )
    assert parse("什么").root.grams == ("什", "么", "什么")


@pytest.mark.parametrize(
    ("line", "sentence"), [("网络交易的监管怎么办", True), ("网络 监管", False), ("软件", False)]
)
def test_what_we_had_to_cut_is_a_sentence(parse, line, sentence):
    assert parse(line).root.sentence is sentence


@pytest.mark.parametrize(
    "line", ["云港市的“健康码”包含哪些内容？", '云港市推行"健康码"以后的第二项办法']
)
def test_quotes_inside_a_sentence_are_its_punctuation(parse, line):
    parsed = parse(line)
    assert isinstance(parsed.root, Plain)
    assert "句子里的引号按标点处理" in parsed.notices[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("侵权 OR 假冒", ("或", "侵权", "假冒")),
        ("侵权 或 假冒", ("或", "侵权", "假冒")),
        ("侵权 ＯＲ 假冒", ("或", "侵权", "假冒")),
        ("侵权|假冒｜盗版", ("或", "侵权", "假冒", "盗版")),
        ("侵权 AND 假冒", ("与", "侵权", "假冒")),
        ("侵权 -国企", ("与", "侵权", ("非", "“国企”"))),
        ("侵权 －国企", ("与", "侵权", ("非", "“国企”"))),
        ("侵权 NOT 国企", ("与", "侵权", ("非", "“国企”"))),
        ("侵权 非 国企", ("与", "侵权", ("非", "“国企”"))),
        ("-国企 侵权", ("与", ("非", "“国企”"), "侵权")),
        ('侵权 -"国有 企业"', ("与", "侵权", ("非", "“国有企业”"))),
        ("侵权 -(国企 或 央企)", ("与", "侵权", ("非", ("或", "国企", "央企")))),
        ("(侵权 或 假冒) 督查", ("与", ("或", "侵权", "假冒"), "督查")),
        ("（侵权 或 假冒） 督查", ("与", ("或", "侵权", "假冒"), "督查")),
        ("侵权 督查 或 假冒", ("或", "侵权 督查", "假冒")),
        ("侵权 /段 假冒", ("与", "侵权", "假冒")),
        ("侵权 /措施 假冒", ("措施", ("与", "侵权", "假冒"))),
        ('"网络侵权" 督查', ("与", "“网络侵权”", "督查")),
        ("“网络侵权”督查", ("与", "“网络侵权”", "督查")),
        ('网络"侵权"督查', ("与", "网络", "“侵权”", "督查")),
    ],
)
def test_operators(parse, line, expected):
    assert shape(parse(line).root) == expected


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        ('"网络侵权盗版"', "网络侵权盗版"),
        ("“网络侵权盗版”", "网络侵权盗版"),
        ("＂网络侵权盗版＂", "网络侵权盗版"),
        ('"推进“双打”办"', "推进双打办"),
        ('“推进"双打"办”', "推进双打办"),
        ('"推进"双打"办"', "推进双打办"),
        ('""双打"办"', "双打办"),
        ('"双打" 办"', "双打办"),
        ("“法律“六进”活动”", "法律六进活动"),
        ('"(一)"', "(一)"),
        ('"年:2016"', "年:2016"),
        ('"-2020"', "-2020"),
        ('"*注"', "*注"),
    ],
)
def test_a_quoted_line_is_one_string_whatever_stands_inside(parse, line, folded):
    parsed = parse(line)
    assert parsed.root == Phrase(folded)
    assert parsed.notices == ()


def test_two_quoted_strings_stay_two(parse):
    for line in ('"甲乙" "丙丁"', "“甲乙” “丙丁”", '"甲乙"和 "丙丁"'):
        assert [one for one in shape(parse(line).root) if "“" in one] == ["“甲乙”", "“丙丁”"]


@pytest.mark.parametrize(
    "line",
    [
        "）加强",
        "(市委",
        "-2020",
        "、市",
        "（一",
        "]",
        "——",
        "①",
        "a-b",
        "(手机)",
        "市(区)",
        "/段",
        "5*8",
    ],
)
def test_pasted_pieces_of_text_stay_text(parse, line):
    root = parse(line).root
    assert isinstance(root, Plain)
    assert root.literal


def test_a_bracketed_word_also_means_the_word(parse):
    (word,) = parse("（试行）").root.words
    assert (word.folded, word.alternatives) == ("(试行)", ("试行",))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("年:2016", YearRange(2016, 2016)),
        ("年：2016..2017", YearRange(2016, 2017)),
        ("年:2016-2017", YearRange(2016, 2017)),
        ("年: 2016年", YearRange(2016, 2016)),
        ("年:2016..", YearRange(2016, 9999)),
        ("年:..2017", YearRange(0, 2017)),
        ("年:２０１６", YearRange(2016, 2016)),
        ("责任单位:市公安局", FieldIs("agency", ("350200:公安",))),
        ("责任单位：公安局", FieldIs("agency", ("350200:公安", "640000:公安"))),
        ("责任单位:市公安局、市商务局", FieldIs("agency", ("350200:公安", "350200:商务"))),
        ('责任单位:"市公安局"', FieldIs("agency", ("350200:公安",))),
        ("牵头:市公安局", FieldIs("lead", ("350200:公安",))),
        ("文号:国办发[2017]46号", FieldIs("number", ("国办发〔2017〕46号",))),
        ("标题:工作 要点", ("与", FieldIs("title", ("工作",)), "要点")),
        ('标题:"工作 要点"', FieldIs("title", ("工作要点",))),
        ("章节:重点领域", FieldIs("path", ("重点领域",))),
        ("-责任单位:市公安局 侵权", ("与", ("非", FieldIs("agency", ("350200:公安",))), "侵权")),
    ],
)
def test_fields(parse, line, expected):
    assert shape(parse(line).root) == expected


@pytest.mark.parametrize(
    ("line", "notice"),
    [
        ('软件 正版化"', "引号没有成对，已按普通文字检索：软件 正版化。"),
        ("“软件 正版化", "引号没有成对，已按普通文字检索：软件 正版化。"),
        ("部门:网络", '没有"部门:"字段。可用：责任单位、牵头、文号、年、标题、章节。'),
        ("部门：网络", '没有"部门:"字段。可用：责任单位、牵头、文号、年、标题、章节。'),
        ("责任单位:某某局", "“责任单位:”没有叫“某某局”的单位，已按普通文字检索：责任单位:某某局。"),
        (
            "年:去年",
            "“年:”后面的“去年”不是年份，如 2016 或 2016..2017，已按普通文字检索：年:去年。",
        ),
        ("年:", "“年:”后面没有内容，已按普通文字检索：年:。"),
        ("文号:46", "“文号:”后面的“46”不是一个发文字号，已按普通文字检索：文号:46。"),
        ("OR 侵权", "“OR”前后缺少检索词，已按普通文字检索：OR。"),
        ("-国企", "排除之外还需要有要找的词，已按普通文字检索：-国企。"),
        ("5*8", "* 只能放在词尾，已按普通文字检索：5*8。"),
        ('""', "引号内没有文字，已略过。"),
    ],
)
def test_what_is_not_understood_becomes_words_with_a_notice(parse, line, notice):
    assert notice in parse(line).notices


@pytest.mark.parametrize("line", ["", "   ", '""', "“”", '" "', "“", "\u200b"])
def test_a_line_without_words_is_the_empty_line(parse, line):
    assert parse(line).root == MATCH_ALL


def test_brackets_nest_five_deep_and_deeper_ones_are_text(parse):
    line = "甲 或 乙"
    for _ in range(6):
        line = f"({line} 丙)"
    assert any("最多套 5 层" in notice for notice in parse(line).notices)
    assert parse("(" * 500).root is not None


@pytest.mark.parametrize("line", ["*", "＊", "*权", "**", "侵权 *版", "侵权 -*版"])
def test_a_leading_wildcard_is_refused(parse, line):
    with pytest.raises(LeadingWildcardError, match=r"暂不支持以 \* 开头的检索。请改为："):
        parse(line)


def test_the_refusal_of_a_wildcard_says_what_to_type(parse):
    with pytest.raises(LeadingWildcardError, match=r"请改为：侵权\*$"):
        parse("*侵权")


def test_a_reversed_range_of_years_is_refused(parse):
    with pytest.raises(YearRangeError, match="开始年份（2018）晚于结束年份（2016），请调换。"):
        parse("侵权 年:2018..2016")


def test_long_lines_are_refused_and_quoted_ones_may_be_longer(parse):
    assert parse("侵" * 512).root
    with pytest.raises(LineTooLongError, match="共 513 字，超过上限 512 字"):
        parse("侵" * 513)
    with pytest.raises(LineTooLongError):
        parse("侵权" * 2_500)
    assert parse(f'"{"侵" * 3_900}"').root == Phrase("侵" * 3_900)
    with pytest.raises(LineTooLongError, match="引号中的文字"):
        parse(f'"{"侵" * 4_100}"')


def test_too_many_clauses_are_refused_but_many_words_are_not(parse):
    assert parse(" ".join("侵权假冒盗版" for _ in range(70))).root
    with pytest.raises(TooManyClausesError, match="超过上限 32 个"):
        parse(" OR ".join(f"侵{n}" for n in range(40)))


def test_a_line_that_is_a_number_is_known_as_one(parse):
    parsed = parse("国办发[2017]46号")
    assert str(parsed.number) == "国办发〔2017〕46号"
    field, words = parsed.root.children
    assert field == FieldIs("number", ("国办发〔2017〕46号",))
    assert {"国办发〔2017〕46号", "国办发(2017)46号"} <= set(words.words[0].alternatives)
    assert str(parse("文号:国办发[2017]46号").number) == "国办发〔2017〕46号"
    assert parse("国办发〔2017〕46号 网络侵权").number is None


def test_an_agency_beside_a_measure_connector_means_its_measures(parse):
    (tree, _typed) = parse("侵权 /措施 市公安局").root.children
    _, agency = tree.child.children
    assert agency.children[1] == FieldIs("agency", ("350200:公安",))


def read(parse, line):
    """What a line is refused for, or the notices it is read with."""
    try:
        return (), parse(line).notices
    except QuestionError as error:
        return (str(error),), ()


SIGNS = st.sampled_from(
    [
        *' "“”()（）|:：-－*、,',
        "OR",
        "或",
        "NOT",
        "非",
        "AND",
        "/段",
        "/措施",
        "年:",
        "责任单位：",
        "侵权",
        "2016",
        "市公安局",
        "\ud800",
        "\x00",
        "\u200b",
    ]
)


@settings(deadline=None)
@given(st.lists(SIGNS, max_size=40).map("".join))
def test_any_line_is_read_or_refused_in_chinese(parse, line):
    refusals, notices = read(parse, line)
    assert all(text.endswith(("。", "*")) for text in (*refusals, *notices))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(parse, line):
    refusals, _ = read(parse, line)
    assert all("以 * 开头" in refusal for refusal in refusals)


@pytest.mark.parametrize(
    "line",
    [
        '"' * 4_000,
        "“" * 512,
        "(" * 512,
        "[a TO " * 80,
        "NOT " * 120,
        "-" * 512,
        "| " * 250,
        "( a" * 160,
        '" "' * 1_300,
    ],
)
def test_hostile_lines_are_read_without_deep_recursion(parse, line):
    refusals, notices = read(parse, line)
    assert all(map(str.strip, (*refusals, *notices)))
