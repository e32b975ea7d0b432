"""The errors of `indexer`: each says in Chinese what happened and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import GongwenError

if TYPE_CHECKING:
    from pathlib import Path

REBUILD = "gongwen index --rebuild"


class IndexerError(GongwenError):
    """Something about words, records or the index."""


class _PlaceError(IndexerError):
    """What lies at `path` cannot be used; `problem` says why, in Chinese."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem


class DictionaryError(_PlaceError):
    """A word list that the analyzer needs is missing or is not the one it was tested with."""

    def __str__(self) -> str:
        return f"词典不可用：{self.path}：{self.problem}。请重新安装 gongwen。"


class RecordError(IndexerError):
    """A record holds what an index cannot keep; the record is named, the index is untouched."""

    def __init__(self, record: str, problem: str) -> None:
        super().__init__(record, problem)
        self.record = record
        self.problem = problem

    def __str__(self) -> str:
        return f"记录 {self.record!r} 不能写入索引：{self.problem}。"


class IndexMissingError(IndexerError):
    """There is no index yet at this place."""

    def __init__(self, root: Path | str) -> None:
        super().__init__(root)
        self.root = root

    def __str__(self) -> str:
        return f"还没有索引：{self.root}。请运行 gongwen index 建立索引。"


class IndexDamagedError(_PlaceError):
    """No generation of the index passes its checks; the library is not affected."""

    def __str__(self) -> str:
        return (
            f"索引已损坏：{self.path}：{self.problem}。文件库未受影响，请运行 {REBUILD} 重建索引。"
        )


class IndexStaleError(IndexerError):
    """The index was built with another field table, dictionary or analyzer than this program's."""

    def __init__(self, path: Path | str, changed: str) -> None:
        super().__init__(path, changed)
        self.path = path
        self.changed = changed

    def __str__(self) -> str:
        return f"索引已过时：{self.changed}自建立索引后有变化。请运行 {REBUILD} 重建索引。"


class IndexNotWritableError(_PlaceError):
    """The disk gave way while the index was written; what was published before stays in service."""

    def __str__(self) -> str:
        return (
            f"无法写入索引 {self.path}（{self.problem}）。原有索引仍可使用，公文库未受影响；"
            "请检查磁盘空间和文件夹权限，然后运行 gongwen index。"
        )


class IndexKeyError(_PlaceError):
    """The key that signs and checks manifests is configured but cannot be used."""

    def __str__(self) -> str:
        return (
            f"索引密钥不可用：{self.path}：{self.problem}。请检查 --key-file 或 GONGWEN_INDEX_KEY。"
        )


class IndexBusyError(IndexerError):
    """Another process is writing the index and did not finish in time."""

    def __init__(self, root: Path | str, holder: str, waited: float) -> None:
        super().__init__(root, holder, waited)
        self.root = root
        self.holder = holder
        self.waited = waited

    def __str__(self) -> str:
        holder = self.holder or "另一个进程"
        return f"索引正被 {holder} 写入，等候 {self.waited:g} 秒仍未结束。请稍后再试。"


class ClusterError(IndexerError):
    """Something about the index on a search cluster (检索集群); `place` shows no password."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.place = place
        self.problem = problem

    def __str__(self) -> str:
        return f"检索集群 {self.place} 出错：{self.problem}。"


class ClusterAddressError(ClusterError):
    """The address of a search cluster cannot be read."""

    def __str__(self) -> str:
        return (
            f"检索集群的地址 {self.place} 不能用：{self.problem}。"
            "请写成 opensearch+https://用户:口令@主机:9200/索引名。"
        )


class ClusterUnreachableError(ClusterError):
    """The search cluster does not answer, or too busily for longer than we wait."""

    def __str__(self) -> str:
        return (
            f"检索集群 {self.place} 暂时不能用（{self.problem}）。"
            "请检查主机名、端口和网络，确认集群已经启动，然后重试；公文库未受影响。"
        )


class ClusterFullError(ClusterUnreachableError):
    """A disk of the search cluster is nearly full: it can be searched, and not written to."""

    def __init__(self, place: str) -> None:
        super().__init__(place, "磁盘将满")

    def __str__(self) -> str:
        return (
            f"检索集群 {self.place} 有节点的磁盘将满，索引暂时只能读。"
            "请腾出空间，集群随后自动恢复写入；检索照常，公文库未受影响。"
        )


class ClusterRefusedError(ClusterError):
    """The search cluster answers and does not let us in, or not do what is needed."""

    def __str__(self) -> str:
        return (
            f"检索集群 {self.place} 拒绝了请求：{self.problem}。请检查用户、口令，或请管理员开通。"
        )


class ClusterTrustError(ClusterError):
    """The search cluster cannot prove that it is the one that was meant; nothing was sent to it."""

    def __str__(self) -> str:
        return (
            f"与检索集群 {self.place} 的加密连接没有建立：{self.problem}。口令没有发出。"
            "请核对主机名，并在网址后面用 ?ca=证书文件 写明签发其证书的机构。"
        )


class ClusterAnswerError(ClusterError):
    """The search cluster answers a request with an error; `status` and `kind` say which."""

    def __init__(self, place: str, status: int, kind: str, problem: str) -> None:
        super().__init__(place, f"{status} {kind} {problem}".strip())
        self.status = status
        self.kind = kind
