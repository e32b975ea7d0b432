"""Reprints are one text; yearly plans, batches and numbered copies are not, however alike."""

from __future__ import annotations

import json

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.reprints import FILE, read_reprints, update_reprints

BODY = [
    "港口经营企业每季度开展一次应急演练，演练记录保存三年，演练方案报市交通局备案。",
    "对危险货物堆场实行分区存放，禁止混存混放，堆场管理人员持证上岗。",
    "建立船员安全培训档案，做到一人一档，培训不合格的不得上船作业。",
    "对客运码头开展春运专项检查，重点检查消防通道、救生设备和视频监控。",
    "推广使用岸电设施，减少船舶靠港期间污染排放，年底前实现主要泊位全覆盖。",
    "畅通举报渠道，对查实的举报给予奖励，对举报人的信息严格保密。",
    "各县要加强组织领导，定期会商研判，每半年向市政府报告一次工作进展情况。",
]


def letter(
    title="云港市人民政府关于加强港口安全工作的通知", number="", day="2024年3月5日", body=BODY
):
    lines = [number, title, "各县（市、区）人民政府：", *body, "云港市人民政府", day]
    return "\n".join(line for line in lines if line)


@pytest.fixture
def grouped(tmp_path):
    """Store texts as files, and return the groups of file names found."""

    def group(*texts):
        sources = tmp_path / "文件"
        sources.mkdir(exist_ok=True)
        for order, text in enumerate(texts):
            (sources / f"{order}.txt").write_text(text, encoding="utf-8")
        with Library.open(tmp_path / "库", create=True) as library:
            add_paths(library, [sources], workers=1)
            update_reprints(library)
            names = {each.id: each.source_name for each in library.summary()}
            found = read_reprints(library.folder)
            assert len(names) == len(texts)
        return sorted(
            {tuple(sorted(names[e][0] for e in (one, *more))) for one, more in found.items()}
        )

    return group


CHANGED = [BODY[0].replace("每季度", "每个季度"), *BODY[1:]]


def test_a_reprint_with_a_word_more_is_the_same_text(grouped):
    assert grouped(letter(), letter(title="关于加强港口安全工作的通知", body=CHANGED)) == [
        ("0", "1")
    ]


def test_a_copy_with_its_number_is_the_same_as_one_without(grouped):
    numbered = letter(number="云政发〔2024〕3号")
    assert grouped(numbered, letter(title="关于加强港口安全工作的通知", body=CHANGED)) == [
        ("0", "1")
    ]


@pytest.mark.parametrize(
    "other",
    [
        letter(title="云港市人民政府关于加强2025年港口安全工作的通知", body=CHANGED),
        letter(title="云港市人民政府关于加强港口安全工作的通知（第二批）", body=CHANGED),
        letter(title="云港市人民政府关于加强渔港管理工作的通知", body=CHANGED),
        letter(day="2025年3月5日", title="关于加强港口安全工作的通知", body=CHANGED),
        letter(
            title="关于加强港口安全工作的通知", body=[*CHANGED[:4], *("另行规定的事项" * 9,) * 3]
        ),
    ],
)
def test_another_year_batch_title_date_or_half_the_text_is_another(grouped, other):
    assert grouped(letter(), other) == []


def test_two_numbers_are_two_circulars(grouped):
    other = letter(number="云政发〔2024〕4号", title="关于加强港口安全工作的通知", body=CHANGED)
    assert grouped(letter(number="云政发〔2024〕3号"), other) == []


def test_short_letters_are_never_joined(grouped):
    body = ["你公司的申请收悉，经审查，同意办理。"]
    first = letter(title="关于同意甲公司办理许可的批复", body=body)
    assert (
        grouped(
            first,
            letter(
                title="关于同意甲公司办理许可的批复", body=["你公司的申请收悉，经审核，同意办理。"]
            ),
        )
        == []
    )


def test_a_group_holds_nobody_who_contradicts_another_member(grouped):
    bare = letter(title="关于加强港口安全工作的通知", body=CHANGED)
    first, second = (letter(number=f"云政发〔2024〕{n}号", body=[*BODY, f"附{n}"]) for n in (3, 4))
    (group,) = grouped(first, second, bare)
    assert len(group) == 2


def test_what_was_found_follows_the_library(tmp_path, grouped):
    other = letter(title="关于加强港口安全工作的通知", body=CHANGED)
    assert grouped(letter(), other) == [("0", "1")]
    with Library.open(tmp_path / "库") as library:
        (gone, _) = library.circular_ids()
        library.remove(gone)
        assert update_reprints(library) == 0
        assert update_reprints(library) == 0
        library.restore(gone)
        assert update_reprints(library) == 1
        (library.folder / FILE).write_text("{破", encoding="utf-8")
        assert read_reprints(library.folder) == {}
        assert update_reprints(library) == 1


def test_what_comes_later_is_compared_with_what_was_there(tmp_path, grouped):
    assert grouped(letter()) == []
    copy = letter(title="关于加强港口安全工作的通知", body=CHANGED)
    assert grouped(letter(), copy) == [("0", "1")]
    numbered = letter(number="云政发〔2024〕3号", body=CHANGED)
    later = grouped(letter(), copy, numbered)
    (tmp_path / "库" / FILE).unlink()
    assert later == grouped(letter(), copy, numbered) == [("0", "1", "2")]


def test_a_revised_circular_is_compared_anew(tmp_path, grouped):
    copy = letter(title="关于加强港口安全工作的通知", body=CHANGED)
    other = [*CHANGED[:2], *("另行规定的事项由市交通局会同有关部门研究提出。" * 3,) * 3]
    assert grouped(letter(), copy) == [("0", "1")]
    assert grouped(letter(), letter(title="关于加强港口安全工作的通知", body=other)) == []
    assert grouped(letter(), copy) == [("0", "1")]
    with Library.open(tmp_path / "库") as library:
        assert {each.revision for each in library.summary()} == {1, 3}


def test_a_library_brought_back_is_read_anew(tmp_path, grouped):
    copy = letter(title="关于加强港口安全工作的通知", body=CHANGED)
    assert grouped(letter(), copy) == [("0", "1")]
    path = tmp_path / "库" / FILE
    held = json.loads(path.read_text(encoding="utf-8"))
    one, other = held["groups"][0]
    # As after many more changes, which the library has lost again.
    held |= {"sequence": held["sequence"] + 7, "groups": [], "pairs": []}
    held["sketches"] = dict.fromkeys(("失去的", other), held["sketches"][one])
    path.write_text(json.dumps(held), encoding="utf-8")
    with Library.open(tmp_path / "库") as library:
        assert update_reprints(library) == 1
        assert sorted(read_reprints(library.folder)) == sorted((one, other))


def test_groups_of_the_version_before_are_shown_until_they_are_made_anew(tmp_path, grouped):
    copy = letter(title="关于加强港口安全工作的通知", body=CHANGED)
    assert grouped(letter(), copy) == [("0", "1")]
    path = tmp_path / "库" / FILE
    held = json.loads(path.read_text(encoding="utf-8"))
    sketch = {"revision": 1, "number": "", "title": "", "date": "", "length": 9, "hashes": "AAAA"}
    held |= {"version": 1, "sketches": dict.fromkeys(held["sketches"], sketch)}
    path.write_text(json.dumps(held), encoding="utf-8")
    assert len(read_reprints(path.parent)) == 2
    with Library.open(path.parent) as library:
        assert update_reprints(library) == 1
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 2
