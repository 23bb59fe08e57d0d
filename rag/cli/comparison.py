"""The eval compare command: two runs side by side, and gates on the second."""

from __future__ import annotations

from typing import Any

from rag.cli.comparison_output import comparison_text
from rag.cli.exit_codes import EXIT_DONE, EXIT_GATE
from rag.cli.output import to_json
from rag.config import Config
from rag.evaluation.comparing.comparison import compare_runs
from rag.evaluation.comparing.gates import check_gates, known_measure, parse_gates
from rag.evaluation.runs.run_folder import find_run

Options = dict[str, Any]


def eval_compare(config: Config, options: Options) -> int:
    """Compare two runs; exit code 1 where a gate on the second fails."""
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
