"""`make bench-quality` takes other question files of the same shape; figures as JSON end its output."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

DOCUMENT = (
    "云港市关于支持复工复产的若干措施。一、对不裁员的企业返还失业保险费。"
    + "二、其他事项照旧办理。" * 30
)
LAW = (
    {"id": 7, "law": "渔业法", "text": "第一条 为了保护渔业资源，制定本法。"},
    {"id": 8, "law": "江东省渔业条例", "text": "第一条 禁渔期内不得捕捞。"},
    {"id": 9, "law": "档案法", "text": "第一条 档案应当按期移交。"},
)


def write(path, rows):
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def output(repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("questions")
    write(folder / "ncp" / "docs.jsonl", [{"doc_id": "甲", "text": DOCUMENT}])
    policy = write(
        folder / "ncp" / "own.jsonl",
        [
            {
                "id": 1,
                "query": "不裁员的企业返还什么",
                "doc_id": "甲",
                "answer_start": DOCUMENT.find("失业"),
            },
            {"id": 2, "query": "没有标注的问题", "doc_id": "甲", "answer_start": -1},
        ],
    )
    write(folder / "statutes" / "articles.jsonl", LAW)
    law = write(
        folder / "statutes" / "own.jsonl",
        [
            {"id": 1, "query": "禁渔期可以捕鱼吗", "relevant": [8]},
            {"id": 2, "query": "档案什么时候移交", "relevant": [9, 999]},
        ],
    )
    command = [
        sys.executable, "-m", "tests.benchmarks.quality", "--ncp", str(policy), "--statutes", str(law),
        "--systems", "gongwen", "whoosh", "bigrams", "fts5", "--work", str(folder / "work"),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=repository, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_last_line_holds_every_figure(output):
    figures = json.loads(output.splitlines()[-1])
    assert set(figures) == {"ncp", "statutes"}
    assert figures["ncp"]["all"]["questions"] == 1
    assert figures["ncp"]["all"]["gongwen"]["MRR@10"] == [1.0, 1.0, 1.0]
    assert figures["ncp"]["all"]["documents"]["gongwen"][0] == 1.0
    statutes = figures["statutes"]["all"]
    assert statutes["questions"] == 2
    assert statutes["gongwen"]["MRR@10"][0] == 1.0
    assert statutes["gongwen"]["Recall@10"][0] == 0.75  # one of two answers is not held
    assert set(statutes["over"]) == {"whoosh", "bigrams", "fts5"}


def test_questions_of_others_are_not_split(output):
    figures = json.loads(output.splitlines()[-1])
    assert all("dev" not in figures[name] and "test" not in figures[name] for name in figures)
