"""How well questions are answered: judged sets, measures with their intervals, comparisons. See docs/evaluating.md."""
