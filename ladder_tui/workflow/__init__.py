"""Runs workflow steps: order, fan-out, join, budgets, resume."""
