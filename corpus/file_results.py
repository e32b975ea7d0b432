"""What became of each file that was to be added (逐文件报告), as a value and as a sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from corpus.readers.reasons import REASONS

_NOTES: Final = {
    "new": "已入库",
    "revised": "内容有变，已存为新版本",
    "same_bytes": "与已入库的文件相同",
    "same_text": "与已入库的公文文字相同",
    "excerpt": "是已入库公文的一部分",
    "renewed": "解析结果有变，段落和永久链接未变",
    "unchanged": "解析结果没有变化",
    "collected": "与已入库的公文相同，已归入所给的合集",
    "overtaken": "这份公文刚刚被移除或更新，没有重新解析",
    "removed": "这份公文已从库中移除；要恢复请用 gongwen remove --undo 编号",
    "symlink": "符号链接，未读取",
    "not_a_file": "不是普通文件，未读取",
    "unopened_folder": "文件夹打不开，里面的文件都没有读取；请检查权限和路径长度后重新运行",
    "own_file": "公文库自己的文件，不是公文，未读取",
    "program_file": "程序或说明文件，不是公文，未读取；确要读取，请直接给出这个文件",
}


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file (逐文件报告).

    `status` is `indexed` (stored), `duplicate`, `quarantined` or `skipped`; `reason` is a code,
    `detail` what is particular to this file, `message` says both to a reader.
    """

    file: str
    sha256: str
    status: str
    reason: str = ""
    detail: str = ""
    id: str = ""
    paragraphs: int = 0
    ms: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the result as one line of the machine-readable report."""
        return {**asdict(self), "message": self.message}

    @property
    def message(self) -> str:
        """Say in Chinese what became of the file."""
        text = _NOTES.get(self.reason) or REASONS.get(self.reason, self.reason)
        return f"{text}（{self.detail}）" if self.detail else text
