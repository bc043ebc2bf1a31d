"""Pure folds from events to what is shown.

``run_view.RunView`` is a run, ``agent_card.AgentCard`` an agent on the board,
``transcript.Transcript`` what one agent said and did, ``findings`` the list to work through.
"""
