"""The SARIF form of a report, against a strict schema of the part of SARIF 2.1.0 that is used.

Strict: every object is closed, so a property that the standard does not know, or that is on the
wrong object, fails.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.gates.fingerprint import SCHEME
from ladder_tui.insight.report_sarif import render_sarif, to_uri
from tests.insight.report_run import DISPOSITIONS, EVIL_PATH, events, spec, view

Json = dict[str, Any]
TEXT: Json = {"type": "string", "minLength": 1}
MESSAGE = {"text": TEXT}
UTC = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
BAG: Json = {"type": "object"}


def closed(properties: Json, *required: str) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: Json) -> Json:
    return {"type": "array", "items": items}


message = closed(MESSAGE, "text")
level = {"enum": ["none", "note", "warning", "error"]}
rule = closed({"id": TEXT, "properties": BAG}, "id")
location = closed(
    {
        "physicalLocation": closed(
            {
                "artifactLocation": closed(
                    {"uri": {"type": "string", "format": "uri-reference"}, "uriBaseId": TEXT},
                    "uri",
                    "uriBaseId",
                ),
                "region": closed(
                    {
                        "startLine": {"type": "integer", "minimum": 1},
                        "snippet": closed({"text": {"type": "string"}}, "text"),
                    },
                    "startLine",
                ),
            },
            "artifactLocation",
            "region",
        ),
        "logicalLocations": array(closed({"fullyQualifiedName": TEXT}, "fullyQualifiedName")),
    },
    "physicalLocation",
)
result = closed(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": level,
        "rank": {"type": "number", "minimum": 0, "maximum": 100},
        "message": message,
        "locations": array(location),
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
        "suppressions": array(
            closed(
                {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                    "justification": TEXT,
                },
                "kind",
            )
        ),
        "properties": BAG,
    },
    "ruleId",
    "ruleIndex",
    "level",
    "message",
    "locations",
)
notification = closed(
    {"descriptor": closed({"id": TEXT}, "id"), "level": level, "message": message}, "message"
)
run = closed(
    {
        "tool": closed(
            {
                "driver": closed({"name": TEXT, "version": TEXT, "rules": array(rule)}, "name"),
                "extensions": array(closed({"name": TEXT, "version": TEXT}, "name")),
            },
            "driver",
        ),
        "automationDetails": closed({"id": TEXT}, "id"),
        "originalUriBaseIds": {
            "type": "object",
            "additionalProperties": closed({"description": message}),
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "invocations": array(
            closed(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "startTimeUtc": UTC,
                    "endTimeUtc": UTC,
                    "toolExecutionNotifications": array(notification),
                },
                "executionSuccessful",
            )
        ),
        "results": array(result),
        "properties": BAG,
    },
    "tool",
    "results",
)
SCHEMA = closed(
    {"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": array(run)},
    "version",
    "runs",
)


def sarif(count: int | None = None, base: str = "abc123") -> Json:
    log: Json = json.loads(render_sarif(view(count), spec(base), DISPOSITIONS))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    return log


def test_a_run_is_valid_at_every_moment() -> None:
    for count in range(len(events()) + 1):
        assert len(sarif(count)["runs"]) == 1


def test_results_name_their_rules_places_and_fingerprints() -> None:
    (made,) = sarif()["runs"]
    rules = [r["id"] for r in made["tool"]["driver"]["rules"]]
    assert rules == ["S608", "evil", "guess", "S608b", "gone", "old"]
    first = made["results"][0]
    assert rules[first["ruleIndex"]] == first["ruleId"] == "S608"
    assert (first["level"], first["baselineState"]) == ("error", "new")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "shop/db.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 8, "snippet": {"text": "message"}}
    assert first["partialFingerprints"] == {SCHEME: "S608ffffffffffff"}
    assert first["properties"]["reporters"] == ["security", "tests"]
    assert made["tool"]["extensions"] == [{"name": "ruff", "version": "0.15.2"}]
    assert {r["level"] for r in made["results"]} == {"error", "warning", "note"}


def test_decisions_become_suppressions_and_baseline_states() -> None:
    results = {r["ruleId"]: r for r in sarif()["runs"][0]["results"]}
    assert results["gone"]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "not | reachable"}
    ]
    assert "suppressions" not in results["S608"]
    assert results["old"]["baselineState"] == "unchanged"
    assert not any("baselineState" in r for r in sarif(base="")["runs"][0]["results"])


def test_what_did_not_look_is_a_notification() -> None:
    (made,) = sarif()["runs"]
    notes = made["invocations"][0]["toolExecutionNotifications"]
    assert [(n["descriptor"]["id"], n["level"]) for n in notes] == [
        ("gate-degraded", "warning"),
        ("agent-missing", "error"),
    ]
    assert notes[0]["message"]["text"] == (
        "ruff-security: 8 of 9 files analysed: 1 not analysed (syntax error)"
    )


def test_nothing_of_the_machine_and_no_control_sequence_is_told() -> None:
    text = render_sarif(view(), spec(), DISPOSITIONS)
    assert "somebody" not in text
    assert "\\u001b" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b.py", "a/b.py"),
        ("a b.py", "a%20b.py"),
        ("a:b.py", "a%3Ab.py"),
        ("50%.py", "50%25.py"),
        ("ü.py", "%C3%BC.py"),
        ("x?y#z.py", "x%3Fy%23z.py"),
        ("a\nb.py", "a%0Ab.py"),
    ],
)
def test_names_become_uris(path: str, uri: str) -> None:
    assert to_uri(path) == uri


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30).filter(lambda path: not path.startswith("/")))
def test_every_name_comes_back(path: str) -> None:
    parts = urlsplit(to_uri(path))
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote(parts.path, errors="surrogatepass") == path


def test_an_odd_name_is_told_whole() -> None:
    results = {r["ruleId"]: r for r in sarif()["runs"][0]["results"]}
    place = results["evil"]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote(place["uri"]) == EVIL_PATH
