"""The eval compare command: two runs side by side, and gates on the second."""

from __future__ import annotations

from typing import Any

from rag.cli.exit_codes import EXIT_DONE, EXIT_GATE
from rag.cli.options import Options, add_command, add_gates
from rag.cli.output import to_json
from rag.config import Config
from rag.evaluation.runs.run_folder import find_run


def add_comparison(commands: Any) -> None:
    """Add `eval compare`."""
    compare = add_command(
        commands,
        "eval compare",
        eval_compare,
        "show what differs between two runs, by measure and question by question",
    )
    compare.add_argument("a", metavar="A", help="the run before, its folder or its name")
    compare.add_argument("b", metavar="B", help="the run after; gates hold this one against A")
    compare.add_argument(
        "--by",
        metavar="MEASURE",
        help="what decides whether a question got better; default: whether its answer is right, "
        "and nDCG@10 where that is not known",
    )
    compare.add_argument("--all", action="store_true", help="list every question that changed")
    add_gates(compare)


def eval_compare(config: Config, options: Options) -> int:
    """Compare two runs; exit code 1 where a gate on the second fails."""
    from rag.cli.comparison_output import comparison_text
    from rag.evaluation.comparing.comparison import compare_runs
    from rag.evaluation.comparing.gates import check_gates, known_measure, parse_gates

    gates = parse_gates(
        fail_under=options["fail_under"],
        fail_over=options["fail_over"],
        no_worse=options["no_worse"],
        has_baseline=True,
    )
    by = known_measure(options["by"], option="--by", of_set=False) if options["by"] else None
    a, b = find_run(options["a"], config.home), find_run(options["b"], config.home)
    comparison = compare_runs(a, b, by=by)
    failures = check_gates(b.summary(), gates, baseline_comparison=comparison)
    if options["json"]:
        print(to_json({"comparison": comparison, "failures": failures}))
    else:
        failed = "\n".join(f"Failed: {failure.reason}" for failure in failures)
        blocks = [comparison_text(comparison, show_all=options["all"]), failed]
        print("\n\n".join(block for block in blocks if block))
    return EXIT_GATE if failures else EXIT_DONE
