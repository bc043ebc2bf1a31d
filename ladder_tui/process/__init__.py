"""The one place that starts processes: sandbox, limits, environment, group kill."""
