"""The errors of `corpus`: each says in Chinese what happened and how to mend it."""

from __future__ import annotations


class GongwenError(Exception):
    """The root of every error gongwen raises on purpose; its text is safe to show to a reader."""


class CorpusError(GongwenError):
    """Something about files, circulars or the library."""


class UnreadableFileError(CorpusError):
    """A file holds no circular that can be read; it goes to quarantine under `code`.

    `code` is one of `corpus.readers.reasons.REASONS`; `detail` adds what is particular.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        from corpus.readers.reasons import REASONS

        message = REASONS[self.code]
        return f"{message}（{self.detail}）" if self.detail else message


class PathMissingError(CorpusError):
    """A file or folder that was asked for is not there."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"没有找到文件或文件夹：{self.path}。请检查路径。"


class CollectionNameError(CorpusError):
    """A name cannot be that of a collection (合集)."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name = name
        self.why = why

    def __str__(self) -> str:
        return f"不能用“{self.name}”作合集的名称：{self.why}。"


class LibraryError(CorpusError):
    """The library (公文库) at `location` cannot do what was asked."""

    def __init__(self, location: str, detail: str = "") -> None:
        super().__init__(location, detail)
        self.location = location
        self.detail = detail

    def __str__(self) -> str:
        return f"公文库 {self.location} 出错：{self.detail}"


class LibraryMissingError(LibraryError):
    """There is no library at the location."""

    def __str__(self) -> str:
        return f"这里还没有公文库：{self.location}。请先运行 gongwen add 文件夹 入库。"


class LibraryKindError(LibraryError):
    """The location is no folder and no address of a database that can keep a library."""

    def __init__(self, location: str, problem: str) -> None:
        # An address may carry a password: only its kind is ever shown.
        super().__init__(f"{location.partition('://')[0]}://…", problem)

    def __str__(self) -> str:
        return (
            f"公文库的位置 {self.location} 不能用：{self.detail}。请写文件夹的路径，或 "
            "postgresql+psycopg://用户:口令@主机:5432/数据库。"
        )


class LibraryUnreachableError(LibraryError):
    """The database server does not answer: not there, starting, or the network is gone."""

    def __str__(self) -> str:
        return (
            f"连不上公文库所在的数据库服务器 {self.location}（{self.detail}）。"
            "请检查主机名、端口和网络，确认服务器已经启动，然后重试；已入库的公文都在。"
        )


class LibraryRefusedError(LibraryError):
    """The database server answers and does not let us in, or not do what is needed."""

    def __str__(self) -> str:
        return f"数据库服务器拒绝了 {self.location}：{self.detail}。请检查网址，或请管理员开通。"


class LibraryUnfinishedError(LibraryError):
    """A library is being moved to this place and has not arrived."""

    def __str__(self) -> str:
        return (
            f"公文库正在迁入 {self.location}，还没有迁完。"
            "请在原来的公文库上重新运行 gongwen move --to，会从中断处继续。"
        )


class LibraryMoveError(LibraryError):
    """A library cannot be moved to this place."""

    def __str__(self) -> str:
        return f"不能把公文库迁到 {self.location}：{self.detail}。"


class LibraryTooNewError(LibraryError):
    """A newer gongwen wrote the library; this one must not touch it."""

    def __str__(self) -> str:
        return (
            f"公文库 {self.location} 由更新版本的 gongwen 写成（库版本 {self.detail}），"
            "本版本读不了，也没有改动它。请升级 gongwen。"
        )


class LibraryDamagedError(LibraryError):
    """The library's database is damaged, or is no database of ours."""

    def __str__(self) -> str:
        return (
            f"公文库 {self.location} 已损坏，或不是 gongwen 的公文库（{self.detail}）。"
            "请从备份恢复，或换一个文件夹重新入库。"
        )


class LibraryNotWritableError(LibraryError):
    """The library's folder does not let us write."""

    def __str__(self) -> str:
        return (
            f"无法写入公文库 {self.location}（{self.detail}）。请检查文件夹的权限，或换一个位置。"
        )


class LibraryNetworkError(LibraryError):
    """The library's folder lies on a network file system, whose locks cannot be relied on."""

    def __str__(self) -> str:
        return (
            f"公文库 {self.location} 在网络文件系统（{self.detail}）上，"
            "多台机器同时写入可能损坏公文库，所以不打开。请改放在本机磁盘上，"
            "需要共享时用 gongwen serve；确信只有一台机器使用时，"
            "可设环境变量 GONGWEN_ALLOW_NETWORK_FS=1。"
        )


class BackupError(CorpusError):
    """A backup cannot be made at, or restored from, this place."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.place = place
        self.problem = problem

    def __str__(self) -> str:
        return f"备份或恢复没有完成：{self.place}：{self.problem}。"


class LibraryFullError(LibraryError):
    """The disk is full; what was committed before is kept."""

    def __str__(self) -> str:
        return (
            f"公文库 {self.location} 所在磁盘已满。已入库的公文都在；"
            "请腾出空间后重新运行，会从中断处继续。"
        )


class LibraryBusyError(LibraryError):
    """Another process has been writing to the library for too long."""

    def __str__(self) -> str:
        return f"另一个程序正在写入公文库 {self.location}。请等它结束后重试。"
