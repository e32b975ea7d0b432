"""click in Chinese: help pages, usage errors, exit codes, consoles that speak other encodings.

click words its messages in English and wraps by characters; here every line a person sees is
Chinese and counts a 汉字 as two columns. Only `GongwenGroup` and `GongwenCommand` are used outside.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeVar

import click

from corpus.errors import GongwenError
from webui.statuses import ExitCode, exit_code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Callback = Callable[[click.Context, click.Parameter, Any], Any]
    Command = TypeVar("Command", bound=Callable[..., Any])

_Word = TypeVar("_Word", bound=str)

WIDTH: Final = 96
_LABEL_WIDTH: Final = 30
_NO_SPLIT_BEFORE: Final = "，。；：、！？）》」』”’,.;:!?)"


def width_of(text: str) -> int:
    """Return how many columns a text takes on a console.

    >>> width_of("公文 ok")
    7
    """
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def pad(text: str, width: int) -> str:
    """Return a text filled with spaces to a width in columns."""
    return text + " " * max(0, width - width_of(text))


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, none wider than `width`, a Latin word never cut."""
    line = ""
    for piece in re.findall(r"[\x21-\x7e]+|\s|.", text):
        full = width_of(line) + width_of(piece) > width
        if full and line.strip() and piece not in _NO_SPLIT_BEFORE:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    if line.strip():
        yield line.rstrip()


def whole(least: int, most: int) -> Callback:
    """Return an option's callback that takes a whole number within bounds or refuses it."""

    def convert(context: click.Context, param: click.Parameter, value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            message = f"“{value}”不是整数"
            raise click.BadParameter(message, context, param) from None
        if not least <= number <= most:
            message = f"{number} 不在 {least} 到 {most} 之间"
            raise click.BadParameter(message, context, param)
        return number

    return convert


def number_option(
    name: str, bounds: range, default: int, metavar: str, told: str
) -> Callable[[Command], Command]:
    """Return the decorator of an option that takes a whole number within bounds."""
    convert = whole(bounds[0], bounds[-1])
    return click.option(
        name, type=str, callback=convert, default=default, metavar=metavar, help=told
    )


def one_of(words: Mapping[_Word, str]) -> Callback:
    """Return an option's callback that takes one of a few words, or enough of its Chinese name."""

    def convert(context: click.Context, param: click.Parameter, value: Any) -> Any:
        if isinstance(value, tuple):  # an option that may be repeated
            return tuple(convert(context, param, each) for each in value)
        typed = str(value).strip().lower()
        named = [word for word, chinese in words.items() if typed in chinese.lower()]
        found = [word for word in words if typed == word] or named
        if len(found) == 1:
            return found[0]
        offered = "、".join(f"{word}（{chinese}）" for word, chinese in words.items())
        message = f"“{value}”不可用，可用：{offered}"
        raise click.BadParameter(message, context, param)

    return convert


class _ChineseHelp(click.Command):
    """Writes the help page of a command."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write("\n".join(self._help_lines(ctx)) + "\n")

    def get_usage(self, ctx: click.Context) -> str:
        return f"用法：{ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}"

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands behind the verb in the usage line."""
        pieces = ["[选项]…"]
        for param in self.get_params(ctx):
            if isinstance(param, click.Argument):
                name = (param.metavar or "参数") + ("…" if param.nargs == -1 else "")
                pieces.append(name if param.required else f"[{name}]")
        return pieces

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明"
        return option

    def _help_lines(self, ctx: click.Context) -> Iterator[str]:
        yield self.get_usage(ctx)
        yield ""
        for line in (self.help or "").strip().splitlines():
            stripped = line.strip()
            if stripped.startswith(("$", "gongwen ")):
                yield f"  {stripped}"
            else:
                yield from wrap(stripped, WIDTH) if stripped else ("",)
        rows = [_option_row(param) for param in self.get_params(ctx)]
        yield from _section("选项", [row for row in rows if row])
        yield from self._command_lines(ctx)

    def _command_lines(self, _ctx: click.Context) -> Iterator[str]:
        yield from ()


class GongwenCommand(_ChineseHelp):
    """One verb."""


class GongwenGroup(_ChineseHelp, click.Group):
    """The command itself: every failure leaves by its `main`, as one Chinese line and a code."""

    command_class = GongwenCommand

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands behind the name in the usage line."""
        return [*super().collect_usage_pieces(ctx)[:1], "命令", "…"]

    def _command_lines(self, ctx: click.Context) -> Iterator[str]:
        rows = [
            (name, (command.help or "").strip().splitlines()[0])
            for name, command in self.commands.items()
        ]
        yield from _section("命令", rows)
        yield ""
        yield f"每个命令的例子见 {ctx.command_path} 命令 --help。"

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; a reader of stdout that has gone (`| head`) is no error."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
            return ExitCode.DONE
        return code

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and leave with its exit code."""
        speak_utf8(sys.stdout, sys.stderr)
        extra["windows_expand_args"] = windows_expand_args
        code = self._run(args, prog_name, complete_var, extra)
        if not standalone_mode:
            return code
        sys.exit(code)

    def _run(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        extra: dict[str, Any],
    ) -> int:
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.UsageError as error:
            say(f"错误：{usage_text(error)}")
            if error.ctx is not None:
                say(f"说明见：{error.ctx.command_path} --help")
            return ExitCode.USAGE
        except click.Abort:  # click has ended the line of ^C already
            say("已中断。")
            return _INTERRUPTED
        except GongwenError as error:
            say(f"错误：{error}")
            return exit_code_of(error)
        except OSError as error:  # a file or stdout itself gave way; ours are GongwenErrors
            say(f"错误：{error.filename or '输出'}：{error.strerror or error}。")
            return ExitCode.UNAVAILABLE
        return code if isinstance(code, int) else ExitCode.DONE


_INTERRUPTED: Final = 130  # what shells report for a command ended by Ctrl-C


def usage_text(error: click.UsageError) -> str:
    """Return a usage error of click in Chinese, with what was typed and what could be."""
    match error:
        case click.NoSuchOption():
            near = f"，是否想用 {'、'.join(error.possibilities)}？" if error.possibilities else "。"
            return f"没有选项 {error.option_name}{near}"
        case click.MissingParameter():
            return f"缺少{_name_of(error).rstrip()}。"
        case click.BadOptionUsage():
            takes_none = "does not take" in error.message
            return f"选项 {error.option_name} {'不需要值' if takes_none else '后面缺少值'}。"
        case click.BadParameter():
            return f"{_name_of(error)}有误：{error.message}。"
        case _:
            return _plain_usage_text(error.message)


def _plain_usage_text(message: str) -> str:
    """The usage errors that click tells apart by their words only."""
    quoted = re.search(r"'([^']{0,80})'|\(([^)]{0,200})\)", message)
    typed = next((part for part in quoted.groups() if part), "") if quoted else ""
    if message.startswith("No such command"):
        return f"没有命令 {typed}。"
    if message.startswith("Got unexpected extra argument"):
        return f"多出了参数：{typed}。含空格的检索词请用引号括起来。"
    if message.startswith("Missing command"):
        return "缺少命令。"
    return message


def _name_of(error: click.BadParameter) -> str:
    """What the parameter at fault is called on the command line."""
    if isinstance(error.param, click.Option):
        return f"选项 {max(error.param.opts, key=len)} "
    if isinstance(error.param, click.Argument):
        return f"参数 {error.param.metavar or error.param.human_readable_name} "
    return "参数"


def _option_row(param: click.Parameter) -> tuple[str, str] | None:
    """An option as the help page lists it; arguments stand in the usage line."""
    if not isinstance(param, click.Option) or param.hidden:
        return None
    names = ", ".join(param.opts)
    if not param.is_flag:
        names += f" {param.metavar or '值'}"
    return names, param.help or ""


def _section(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A titled list with a hanging second column."""
    for order, (label, text) in enumerate(rows):
        if order == 0:
            yield ""
            yield f"{title}："
        first, *rest = tuple(wrap(text, WIDTH - _LABEL_WIDTH)) or ("",)
        if width_of(label) > _LABEL_WIDTH - 4:
            yield f"  {label}"
            yield f"{' ' * _LABEL_WIDTH}{first}"
        else:
            yield f"  {pad(label, _LABEL_WIDTH - 2)}{first}".rstrip()
        for line in rest:
            yield f"{' ' * _LABEL_WIDTH}{line}"


def say(line: str) -> None:
    """Write one line for the person on stderr."""
    click.echo(line, err=True)


def speak_utf8(*streams: TextIO) -> None:
    """Make consoles of any encoding take Chinese; what UTF-8 cannot hold is written escaped."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _forget_stdout() -> None:
    """Send the rest of stdout nowhere: its reader (`| head`) has gone, and that is no error."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # not a real file: a test's stream
        return
