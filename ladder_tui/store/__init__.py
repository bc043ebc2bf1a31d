"""The only room with SQL: database, migrations, journal, ledger, queries."""
