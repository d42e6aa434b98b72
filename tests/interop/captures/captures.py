"""Makes a capture with each tool that people record traffic with, against `venue mock` over TLS, and checks it.

Usage: captures.py VENUE SPECS FOLDER [TOOL]...

VENUE is the program, SPECS the folder of the specs, FOLDER where captures go. Each tool records two runs. In the first
the mock follows the spec: `venue check` must find as many records as the mock has itself written down, all valid, and
end with 0. In the second the mock sends a member that no spec has: there must be one annotation, and it names it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

import tools
from mock import Mock

# A member that the released spec does not have, by the record that gets it: the file that it is in, the place in an
# example, and what stands there.
PLANTED = "spread"
PLACES = {
    "Ticker": ("market-feeds.toml", '"route": "Smart",', f'"route": "Smart", "{PLANTED}": 0.01,'),
    "Balance": ("account.toml", '"trading_wallet":1}', f'"trading_wallet":1,"{PLANTED}":0.01}}'),
}


def planted(specs, folder, record):
    """A copy of the spec in which a record has one member more, and so has its example."""
    copy = folder / "planted" / record / "sfox"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(specs / "sfox", copy)
    name, before, after = PLACES[record]
    file = copy / name
    text = file.read_text("utf-8")
    head = f"[record.{record}.fields]\n"
    assert head in text and text.count(before) == 1, f"{file} is not as this test knows it"
    field = f'{PLANTED} = {{ type = "decimal", presence = "optional", doc = "Planted." }}\n'
    file.write_text(text.replace(head, head + field).replace(before, after), "utf-8")
    return copy


def check(venue, captures, mock, *options):
    """`venue check`, with the mock's address in place of the venue's."""
    servers = ["--server", f"sfox={mock.http}", "--server", f"sfox={mock.ws}"]
    command = [venue, "check", "--api", "sfox", *servers, *options, *captures]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def totals(done):
    """Counts of a report as JSON, and which layout was sniffed."""
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise AssertionError(f"status {done.returncode}: {done.stderr}{done.stdout}") from None
    layouts = {source.get("layout") for source in report["inputs"]}
    return report["totals"], ", ".join(sorted(filter(None, layouts)))


def clean(venue, tool, folder):
    """A run as the spec has it; what the tool recorded is what the mock saw."""
    folder.mkdir(parents=True)
    with Mock(venue, ["--api", "sfox"], folder) as mock:
        captures = tool.record(mock, folder)
        mock.stop()
        seen, _ = totals(check(venue, [mock.record], mock, "--format", "json"))
        done = check(venue, captures, mock, *tool.options, "--format", "json")
        found, layout = totals(done)
    expected = tool.expected(seen, mock)
    assert found["valid"] == expected > 0, f"{found} of {captures}, where {expected} are to be valid (mock: {seen})"
    assert found["drift"] == found["invalid"] == 0, f"{found}: {done.stdout}"
    assert found["unmatched"] == tool.unmatched, f"{found}: {done.stdout}"
    assert done.returncode == 0, f"status {done.returncode}: {done.stderr}"
    return f"{layout}: {found['valid']} records, all valid"


def drifted(venue, tool, folder, specs):
    """A run with a member planted: one annotation, which names it."""
    folder.mkdir(parents=True)
    with Mock(venue, ["--spec", str(specs)], folder) as mock:
        captures = tool.record(mock, folder)
        mock.stop()
        done = check(venue, captures, mock, *tool.options, "--fail-on", "warning", "--format", "github")
    annotations = [line for line in done.stdout.splitlines() if line.startswith(("::error", "::warning"))]
    assert done.returncode == 1, f"status {done.returncode}: {done.stderr}{done.stdout}"
    assert len(annotations) == 1 and f".{PLANTED}`" in annotations[0], "\n".join(annotations) or done.stdout
    when = re.search(r" (since|at) \d{4}-\d\d-\d\d ", annotations[0])
    assert tool.dated == bool(when), f"{'no' if tool.dated else 'a'} time: {annotations[0]}"
    return annotations[0]


def main():
    venue, specs, folder, *names = sys.argv[1:]
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    with_drift = {record: planted(Path(specs), folder, record) for record in PLACES}
    failed = False
    for tool in tools.ALL:
        if names and tool.name not in names:
            continue
        try:
            print(f"{tool.name}: {clean(venue, tool, folder / tool.name / 'clean')}", flush=True)
            found = drifted(venue, tool, folder / tool.name / "drift", with_drift[tool.planted])
            print(f"{tool.name}: planted: {found}", flush=True)
        except Exception as problem:  # Of one tool; the others are tried.
            failed = True
            if not isinstance(problem, AssertionError) or os.environ.get("TRACE"):
                traceback.print_exc()
            print(f"error: {tool.name}: {problem}", file=sys.stderr, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
