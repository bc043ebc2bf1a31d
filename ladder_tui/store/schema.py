"""The schema, as migrations that are only ever appended.

A run is named by its number inside the database and by its ``run_id`` outside of it. ``event`` is
the append-only record; ``run``, ``agent``, ``finding``, ``gate_result``, ``skill_use`` and
``spend`` are summaries of it, written in the transaction of their events, so that lists never
scan events. Bodies are msgspec JSON in BLOBs, which are read without a text conversion; the view
``event_json`` shows them to people with a SQLite shell.
"""

from __future__ import annotations

APPLICATION_ID = 0x4C616472
"""``Ladr`` in the file header: tells a Ladder database from another program's."""

_RUN = "run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE"

_USED = """
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cache_read_tokens INTEGER NOT NULL DEFAULT 0,
    cache_creation_tokens INTEGER NOT NULL DEFAULT 0,
    is_usage_estimated INTEGER NOT NULL DEFAULT 0,
    nano_usd INTEGER NOT NULL DEFAULT 0,
    unpriced_calls INTEGER NOT NULL DEFAULT 0,
    is_cost_estimated INTEGER NOT NULL DEFAULT 0"""

_RUNS = (
    f"""CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    workflow TEXT NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued',
    verdict TEXT NOT NULL DEFAULT 'none',
    reason TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    started_at REAL,
    finished_at REAL,
    agents_total INTEGER NOT NULL DEFAULT 0,
    agents_done INTEGER NOT NULL DEFAULT 0,
    agents_failed INTEGER NOT NULL DEFAULT 0,
    findings INTEGER NOT NULL DEFAULT 0,
    gates_bad INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    heartbeat_at REAL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    first_event INTEGER NOT NULL DEFAULT 0,
    last_event INTEGER NOT NULL DEFAULT 0,
    output_digest TEXT NOT NULL DEFAULT '',{_USED}
)""",
    "CREATE INDEX run_workflow ON run(workflow, number)",
    # Apart from the row: a list of runs must not read whole skills and workflows.
    """CREATE TABLE run_spec (
    run INTEGER PRIMARY KEY REFERENCES run(number) ON DELETE CASCADE,
    body BLOB NOT NULL
)""",
    f"""CREATE TABLE agent (
    {_RUN},
    agent_id TEXT NOT NULL,
    step_id TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    lens TEXT NOT NULL DEFAULT '',
    skill TEXT NOT NULL DEFAULT '',
    skill_hash TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'queued',
    failure TEXT NOT NULL DEFAULT '',
    turns INTEGER NOT NULL DEFAULT 0,
    lost_attempts INTEGER NOT NULL DEFAULT 0,
    findings INTEGER NOT NULL DEFAULT 0,
    started_at REAL,
    finished_at REAL,{_USED},
    PRIMARY KEY (run, agent_id)
) WITHOUT ROWID""",
)

_EVENTS = (
    # No foreign key and no unique (run, seq): both are looked at once per transaction, when the
    # writer checks its epoch and takes the next numbers from the run's row, not once per event.
    """CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at REAL NOT NULL,
    type TEXT NOT NULL,
    agent_id TEXT NOT NULL DEFAULT '',
    body BLOB NOT NULL
)""",
    "CREATE INDEX event_agent ON event(run, agent_id)",
    """CREATE VIEW event_json AS
    SELECT id, run, seq, datetime(at, 'unixepoch') AS at, type, agent_id,
           CAST(body AS TEXT) AS body
    FROM event""",
    f"""CREATE TABLE live (
    {_RUN},
    agent_id TEXT NOT NULL,
    activity TEXT NOT NULL,
    activity_at REAL NOT NULL,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, agent_id)
) WITHOUT ROWID""",
    f"""CREATE TABLE lease (
    {_RUN},
    agent_id TEXT NOT NULL,
    viewer TEXT NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (run, viewer, agent_id)
) WITHOUT ROWID""",
    f"""CREATE TABLE command (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    {_RUN},
    body BLOB NOT NULL,
    sent_at REAL NOT NULL,
    applied_at REAL,
    outcome TEXT NOT NULL DEFAULT ''
)""",
    "CREATE INDEX command_pending ON command(run, id) WHERE applied_at IS NULL",
    f"""CREATE TABLE ledger (
    {_RUN},
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    at REAL NOT NULL,
    body BLOB NOT NULL,{_USED},
    PRIMARY KEY (run, key)
)""",
    f"""CREATE TABLE process_group (
    {_RUN},
    pgid INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    started_ticks INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (run, pgid)
) WITHOUT ROWID""",
)

_RESULTS = (
    f"""CREATE TABLE finding (
    {_RUN},
    step_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    rule TEXT NOT NULL,
    lens TEXT NOT NULL,
    severity TEXT NOT NULL,
    path TEXT NOT NULL,
    is_changed INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (run, step_id, position)
)""",
    "CREATE INDEX finding_fingerprint ON finding(fingerprint, run)",
    """CREATE TABLE disposition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_at REAL NOT NULL,
    decision_s REAL NOT NULL,
    run_id TEXT NOT NULL DEFAULT ''
)""",
    "CREATE INDEX disposition_fingerprint ON disposition(fingerprint, id)",
    f"""CREATE TABLE gate_result (
    {_RUN},
    step_id TEXT NOT NULL,
    agent_id TEXT NOT NULL DEFAULT '',
    gate TEXT NOT NULL,
    lens TEXT NOT NULL,
    verdict TEXT NOT NULL,
    in_scope INTEGER NOT NULL,
    analysed INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    elapsed_s REAL NOT NULL,
    at REAL NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    event INTEGER NOT NULL,
    PRIMARY KEY (run, step_id, agent_id, gate)
)""",
    "CREATE INDEX gate_result_gate ON gate_result(gate, run)",
    f"""CREATE TABLE skill_use (
    {_RUN},
    agent_id TEXT NOT NULL,
    skill TEXT NOT NULL,
    skill_hash TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (run, agent_id, skill)
) WITHOUT ROWID""",
    "CREATE INDEX skill_use_skill ON skill_use(skill, run)",
    # Kept when a run is removed: money stays spent.
    f"""CREATE TABLE spend (
    day TEXT NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0,
    lost_attempts INTEGER NOT NULL DEFAULT 0,{_USED},
    PRIMARY KEY (day, model)
) WITHOUT ROWID""",
    """CREATE TABLE prd_edit (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    seconds REAL NOT NULL,
    at REAL NOT NULL
)""",
    "CREATE INDEX prd_edit_path ON prd_edit(path, at)",
    """CREATE TABLE launch (
    workflow TEXT PRIMARY KEY,
    inputs BLOB NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID""",
)

_STEPS_AND_SKILLS = (
    "ALTER TABLE run ADD COLUMN questions INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE run ADD COLUMN trigger TEXT NOT NULL DEFAULT ''",
    f"""CREATE TABLE step (
    {_RUN},
    step_id TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'running',
    reason TEXT NOT NULL DEFAULT '',
    attempt INTEGER NOT NULL DEFAULT 1,
    key TEXT NOT NULL DEFAULT '',
    parts BLOB NOT NULL DEFAULT '{{}}',
    inputs BLOB NOT NULL DEFAULT '{{}}',
    output BLOB NOT NULL DEFAULT 'null',
    started_at REAL,
    finished_at REAL,
    elapsed_s REAL NOT NULL DEFAULT 0,
    slots_ok INTEGER NOT NULL DEFAULT 0,
    slots_total INTEGER NOT NULL DEFAULT 0,{_USED},
    PRIMARY KEY (run, step_id)
) WITHOUT ROWID""",
    f"""CREATE TABLE question (
    {_RUN},
    question_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    asked_at REAL NOT NULL,
    answered_at REAL,
    waited_s REAL,
    decision TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    body BLOB NOT NULL,
    answer BLOB,
    PRIMARY KEY (run, question_id)
) WITHOUT ROWID""",
    "CREATE INDEX question_open ON question(asked_at) WHERE answered_at IS NULL",
    # What a skill said at each content hash, so that versions can be compared after edits.
    """CREATE TABLE skill_version (
    content_hash TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    seen_at REAL NOT NULL,
    text BLOB NOT NULL,
    sidecar BLOB NOT NULL,
    PRIMARY KEY (path, content_hash)
) WITHOUT ROWID""",
    "CREATE INDEX skill_version_name ON skill_version(name, seen_at)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_RUNS + _EVENTS + _RESULTS, _STEPS_AND_SKILLS)
"""One tuple of statements per version of the schema; ``user_version`` counts the applied ones."""
