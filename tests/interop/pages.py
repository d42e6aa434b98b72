"""Runs the commands of the pages in docs/languages, and holds what they print to what the pages say.

Usage: pages.py FOLDER PAGE...

A block that says `file=NAME` after its language is written to that file; of a block of `console`, lines after `$ ` are
run and the lines below them are what must be printed. Packages come from the lock files beside this program: commands
that install some are held to them instead of to the registries' newest.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path


def blocks(page):
    """Language, name of the file if it has one, and text of each fenced block."""
    for found in re.finditer(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", page, re.M | re.S):
        yield found[1], found[2], found[3]


def commands(text):
    """Each command of a console block, with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        lines = part.splitlines(keepends=True)
        end = next(n for n, line in enumerate(lines) if not line.endswith("\\\n")) + 1
        yield "".join(lines[:end]).strip(), "".join(lines[end:])


def installed_by_npm(words, folder):
    """Links the packages of the lock file, if they are those that the command names."""
    packages = Path(os.environ["NODE_PACKAGES"])
    for name, version in re.findall(r"((?:@[\w.-]+/)?[\w.-]+)@([\d.]+)", words):
        there = json.loads((packages / name / "package.json").read_text("utf-8"))["version"]
        if there != version:
            raise SystemExit(f"error: the page names {name} {version}, the lock file {there}")
    link = folder / "node_modules"
    if not link.exists():
        link.symlink_to(packages)


def run(command, expected, folder, page):
    """Runs one command; false if it fails or prints something else."""
    if command.startswith("npm install"):
        installed_by_npm(command, folder)
        return True
    if command.startswith("apt-get install"):
        return True  # `run` has seen to these.
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0 or (expected and done.stdout != expected):
        print(f"error: {page}: $ {command}\nstatus {done.returncode}, printed:\n{done.stdout}{done.stderr}\n"
              f"the page says:\n{expected}", file=sys.stderr)
        return False
    return True


def main():
    root, *pages = sys.argv[1:]
    failed = False
    for page in map(Path, pages):
        folder = Path(root) / page.stem
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        count = held = 0
        good = True
        for language, name, text in blocks(page.read_text("utf-8")):
            if name:
                (folder / name).write_text(text, "utf-8")
            elif language == "console":
                for command, expected in commands(text):
                    good = good and run(command, expected, folder, page)
                    count += 1
                    held += bool(expected)
        if not held:
            print(f"error: {page} says nothing of what its commands print", file=sys.stderr)
        failed = failed or not (good and held)
        print(f"{page}: {count} commands, of {held} the output")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
