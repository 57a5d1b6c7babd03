"""``python -m tests.grading.kernel_lines``: the table of lines that the engine and a kernel do not do alike."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from shapewise.grading.command.engine import Engine
from tests.grading.kernel_lines.both import in_engine, in_kernel
from tests.grading.kernel_lines.lines import GROUPS, WHY


def main() -> int:
    """Run all groups both ways; 1 if a difference is not explained."""
    console = Console()
    table = Table("line", "a kernel", "the engine", "why", show_lines=True)
    unexplained = 0
    with Engine() as engine, console.status("") as status:
        for name, codes in GROUPS.items():
            status.update(f"{name}: {len(codes)} cells in a kernel and in the engine")
            for code, there, here in zip(codes, in_kernel(codes), in_engine(engine, codes), strict=True):
                if there != here:
                    unexplained += code not in WHY
                    told = ("\n".join(said)[:300] for said in (there, here))
                    table.add_row(*map(_literal, (code, *told, WHY.get(code, "NOT EXPLAINED"))))
    console.print(table)
    cells = sum(map(len, GROUPS.values()))
    console.print(f"{cells} cells; {table.row_count} differ, {unexplained} of them without a reason.")
    return 1 if unexplained else 0


def _literal(text: str) -> str:
    return text.replace("[", "\\[")


if __name__ == "__main__":
    raise SystemExit(main())
