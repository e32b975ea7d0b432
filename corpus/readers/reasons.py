"""Why a file cannot be read (隔离原因): the closed list of codes and what each tells the reader.

Every message says what is wrong and what to do about it, because the quarantine list is read by
somebody who holds the file and wants it in the library.
"""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, str]] = {
    "empty": "文件是空的，没有任何文字；请确认文件下载或导出完整后重新加入",
    "missing": "找不到这个文件；请检查路径是否写对，文件是否已被移走",
    "permission": "没有读取这个文件的权限；请修改文件权限后重新加入",
    "unreadable": "读取文件时出错；请检查磁盘或网络位置，再重新加入",
    "not_a_file": "这不是普通文件（可能是文件夹、链接或设备）；请直接给出公文文件",
    "too_large": "文件超过 50 MB；请拆成较小的文件，或另存为纯文本后加入",
    "too_long": "文字超过 500 万字，不像一份公文；请按文件拆开后加入",
    "picture": "这是一张图片，不是文字文件（与扩展名无关）；请先做文字识别，再把文本加入",
    "media": "这是音频或视频，不是文字文件；请先转成文字，再把文本加入",
    "unsupported_format": "这种文件读不了；请另存为 docx、PDF、OFD、网页或纯文本后加入",
    "encrypted": "文件已加密，需要密码才能打开；请解除密码后加入",
    "binary": "内容是二进制数据，不是文字；请确认文件没有损坏、没有选错",
    "undecodable": "认不出文字编码，强行读取会成乱码；请另存为 UTF-8 编码后加入",
    "no_text": "网页里没有正文文字（可能是图片、框架页或需要脚本才显示）；请另存正文后加入",
    "no_paragraphs": "没有读出任何正文段落，不像一份公文；请确认文件内容完整后重新加入",
    "text_lost": "解析网页时丢失了文字，为免残缺入库没有采用；请把正文另存为纯文本后加入",
    "html_too_deep": "网页标签嵌套超过 200 层，解析会丢字；请把正文另存为纯文本后加入",
    "html_too_many_attributes": "网页标签的属性超过 200 个，不像正常网页；请另存为纯文本后加入",
    "html_node_too_long": "网页里有一段连续文字超过 300 万字，解析会丢字；请拆开后加入",
    "parser_error": "网页结构已损坏，无法解析；请用浏览器打开后另存为纯文本再加入",
    "damaged": "文件已损坏或不完整，打不开；请重新下载或另存一份后加入",
    "doctype": "文件内部带有 DTD 定义，办公文档不该有，可能是恶意文件；请核实来源，另存后再加入",
    "no_text_layer": "PDF 只有扫描图片，没有文字层；请先做文字识别（OCR），再把文本加入",
    "no_text_mapping": "文件内嵌的字体没有文字对照表，读出来会是乱码；请用原文件或另存为文本后加入",
    "needs_libreoffice": "旧格式（doc、wps、rtf）要靠 LibreOffice 转换，这台机器没有安装；"
    "请安装 LibreOffice 后运行 gongwen add --retry，或先另存为 docx",
    "conversion_failed": "LibreOffice 没能打开这个文件，文件可能已损坏；请另存为 docx 后加入",
    "archive": "这是压缩包，内含多个文件；请用 gongwen add 入库，或解压后读取其中的文件",
    "zip_bomb": "展开后大得异常（超过 200 MB 或压缩比超过 100:1），为安全起见没有读取；"
    "请核实来源，拆成较小的文件后加入",
    "too_many_members": "压缩包里的文件超过 2000 个；请拆成几个压缩包，或解压后按文件夹加入",
    "too_nested": "压缩包套压缩包超过两层；请解压后加入",
    "too_complex": "页数太多，或一页的图形极多，读取代价过高；请另存为纯文本后加入",
    "timeout": "读取超过时限，已放弃；请把文件拆小或另存为纯文本后加入",
    "out_of_memory": "读取这个文件占用内存过多，已放弃；请把文件拆小后加入",
    "internal": "程序处理这个文件时出错，其余文件不受影响；请保留文件并报告这个问题",
}
