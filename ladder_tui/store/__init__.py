"""The only room with SQL: the database of a repository, and the journal of a run.

Modules are nouns whose functions take an open ``Database`` first: ``run``, ``event``, ``live``,
``command``, ``result`` (findings, gates, dispositions), ``process_group``, ``spend``, ``record``.
``journal.Journal`` is the one writer of a run; ``ledger.Ledger`` is what a resume reads.
"""
