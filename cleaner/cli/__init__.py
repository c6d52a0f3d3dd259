"""The command line: a thin skin over the library, same names; one file a command group, imported when it is called."""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

import cleaner

COMMANDS = {
    "clean": ("cleaner.cli.clean", "Clean documents into a Parquet corpus with provenance."),
    "explain": ("cleaner.cli.explain", "Tell the life of one paragraph."),
    "diff": ("cleaner.cli.diff", "Show source against cleaned text."),
    "stats": ("cleaner.cli.stats", "Count by outlet, rule and language."),
    "verify": ("cleaner.cli.verify", "Rebuild every source byte and check the invariants."),
    "restore": ("cleaner.cli.restore", "Write flattened-text sources back, byte for byte."),
    "report": ("cleaner.cli.report", "Build the audit report anew."),
    "rules": ("cleaner.cli.rules", "List, show, test and learn rules."),
    "compare": ("cleaner.cli.compare", "Tell what changed between two outputs."),
    "recluster": ("cleaner.cli.recluster", "Raise the similarity threshold after a run."),
    "export": ("cleaner.cli.export", "Write the corpus as JSONL, CSV, SQLite or text."),
    "judge": ("cleaner.cli.judge", "Judge pages: JSONL in, main text out."),
    "repair": ("cleaner.cli.repair", "Repair text: text in, text out."),
    "reuse": ("cleaner.cli.reuse", "Find reuse in any table of paragraphs."),
    "init": ("cleaner.cli.init", "Write a cleaner.toml with every setting."),
    "doctor": ("cleaner.cli.doctor", "Check versions and optional parts."),
}
"""Every command: the module that holds a function or group of the same name, and its line in the help."""

DONE, SOME_FAILED, USAGE, BROKEN = 0, 1, 2, 3


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that `cleaner --help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return [name for name, (module, _) in COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(f"{error.message}{f' Did you mean {close[0]!r}?' if close else ''}") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(cleaner.__version__, prog_name="cleaner")
@click.option("--debug", is_flag=True, help="Show stack traces of errors.")
@click.pass_context
def app(ctx: click.Context, *, debug: bool) -> None:
    """Clean news pages into a Parquet corpus with provenance.

    Every character is in the corpus or in the ledger with the rule that took it out.

    Example: cleaner clean seeds -o out
    """
    ctx.obj = {"debug": debug}


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line; known errors become one line on stderr and exit code 2, Ctrl-C code 130."""
    try:
        code = app.main(args=args, prog_name="cleaner", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _stop()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(DONE)
    except Exception as error:
        if _is_interrupt(error):
            _stop()
        if "--debug" in (sys.argv[1:] if args is None else args) or not _is_told(error):
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(USAGE)
    sys.exit(code if isinstance(code, int) else DONE)


def program() -> NoReturn:
    """Run the command line, and end this process.

    It is not taken apart, module by module: all that goes with it, and that took a twentieth of a second.
    """
    try:
        main()
    except SystemExit as end:
        atexit._run_exitfuncs()  # noqa: SLF001  what is registered there has to be done, and nothing else
        code = end.code if isinstance(end.code, int) else DONE
        try:
            with suppress(ValueError, BrokenPipeError):  # closed, or nobody reads it any more
                sys.stdout.flush()
        except OSError as error:  # a full disk: what was said is not all there
            click.echo(f"Error: {error}", err=True)
            code = code or USAGE
        with suppress(ValueError, OSError):
            sys.stderr.flush()
        os._exit(code)


def _stop() -> NoReturn:
    click.echo("Stopped. What was done is kept: run the same command again to go on.", err=True)
    sys.exit(130)


def _is_interrupt(error: BaseException) -> bool:
    """True where Ctrl-C is what an error came from: compiled libraries that it stops in their import tell it so."""
    cause = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt) or (cause is not None and _is_interrupt(cause))


def _is_told(error: Exception) -> bool:
    """True for errors whose message is written for the person at the terminal."""
    return (
        isinstance(error, (ValueError, OSError, RuntimeError)) and type(error).__module__ != "builtins"
    ) or isinstance(error, OSError)


def config_option(function: Any) -> Any:
    """Add `--config` to a command."""
    return click.option(
        "--config", type=click.Path(dir_okay=False), help="TOML file with settings (default: cleaner.toml)."
    )(function)
