"""Pure folds of events into the state that panes and commands show."""
