"""Pure questions over history: estimates and reports."""
