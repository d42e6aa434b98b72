"""Has Schemathesis try each operation of an API against `venue mock`, by the document that the mock exports.

Usage: against_mock.py VENUE FOLDER FAILURES API

What it generates is the same in every run, and requests are signed where the API asks for that (signing.py). Each kind of failure is a line in FAILURES, for the ledger; what
keeps it from testing an operation at all is an error.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

HERE = str(Path(__file__).parent)
CASES = 10
KEY, SECRET = "some-key", "some-secret"


def main():
    venue, folder, failures, api = sys.argv[1:]
    folder = Path(folder) / api
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options = ["--listen", "127.0.0.1:0", "--seed", "1", "--key", f"{KEY}:{SECRET}", "--no-limits", "--quiet"]
    mock = subprocess.Popen([venue, "mock", "--api", api, *options], stdout=subprocess.PIPE, text=True)
    try:
        address = mock.stdout.readline().split()[2]
        run(api, address, folder)
    finally:
        mock.terminate()
        mock.wait()
    kinds, cases, tested = read(folder / "events.ndjson")
    with open(failures, "a", encoding="utf-8") as out:
        out.writelines(f"schemathesis\t{api}\t{kind}\n" for kind in sorted(kinds))
    print(f"{tested} operations, {cases} requests, {len(kinds)} kinds of failure")


def run(api, address, folder):
    with urllib.request.urlopen(address + "/openapi.json") as answer:
        document = json.load(answer)
    headers, environment = set(), dict(os.environ)
    for scheme in document["components"]["securitySchemes"].values():
        recipe = scheme.get("x-venue-auth", {})
        if recipe.get("recipe") == "hmac" and "{body}" in recipe["sign"]:
            base = urllib.parse.urlsplit(document["servers"][0]["url"]).path
            given = {"recipe": recipe, "key": KEY, "secret": SECRET, "base": base}
            environment |= {"SIGNING": json.dumps(given), "SCHEMATHESIS_HOOKS": "signing", "PYTHONPATH": HERE}
        if scheme["type"] == "apiKey":
            headers.add(f"{scheme['name']}: {KEY}")
        elif scheme["scheme"] == "bearer":
            headers.add(f"Authorization: Bearer {KEY}")
    command = ["schemathesis", "run", address + "/openapi.json", "--seed", "1", "--max-examples", str(CASES)]
    for header in sorted(headers):
        command += ["--header", header]
    # Whatever the machine's pace and what an earlier run found: the same cases, and all of them.
    command += ["--generation-database", "none", "--suppress-health-check", "all", "--continue-on-failure"]
    command += ["--no-color", "--report-ndjson-path", str((folder / "events.ndjson").resolve())]
    with open(folder / "schemathesis.log", "w", encoding="utf-8") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False)
    status = done.returncode
    # 1: there are failures, of which the ledger judges.
    if status not in (0, 1):
        print((folder / "schemathesis.log").read_text("utf-8")[-3000:], file=sys.stderr)
        sys.exit(f"schemathesis ended with status {status}")


def read(path):
    """Kinds of failure, and how many requests and operations there were."""
    kinds, cases, tested, total = set(), 0, set(), None
    for line in path.read_text("utf-8").splitlines():
        ((event, content),) = json.loads(line).items()
        if event == "LoadingFinished":
            total = content["statistic"]["operations"]["total"]
        elif event in ("NonFatalError", "FatalError", "Interrupted"):
            sys.exit(f"{event}: {json.dumps(content)[:2000]}")
        elif event == "ScenarioFinished":
            recorder = content["recorder"]
            cases += len(recorder.get("interactions", {}))
            tested.add(recorder["label"])
            kinds.update(failed(recorder))
    tested.discard("Stateful tests")
    if not total or len(tested) != total:
        sys.exit(f"{len(tested)} of {total} operations were tested")
    return kinds, cases, len(tested)


def failed(recorder):
    for case, checks in recorder.get("checks", {}).items():
        for check in checks:
            if check["status"] != "failure":
                continue
            failure = check["failure_info"]["failure"]
            answer = recorder["interactions"].get(case, {}).get("response") or {}
            # Why the mock refused, which not every venue has room for in the body; else what it was to refuse.
            why = answer.get("headers", {}).get("venue-mock", [""])[0]
            if not why.startswith("refused"):
                why = failure["message"].splitlines()[-1]
            words = f"{failure['code']} {failure['operation']}: {answer.get('status_code')} {why}"
            yield re.sub(r"\s+", " ", words)


if __name__ == "__main__":
    main()
