"""`venue mock` over TLS, for as long as a block of code runs."""

import os
import re
import signal
import subprocess


class Mock:
    """A mock that listens on a free port, trusts any key and writes down what passes."""

    def __init__(self, venue, source, folder, *options):
        self.ca = str(folder / "ca.pem")
        self.record = str(folder / "mock.ndjson")
        command = [venue, "mock", *source, "--listen", "127.0.0.1:0", "--tls", "--tls-ca-out", self.ca, "--seed", "1",
                   "--quiet", "--pace", "50ms", "--no-limits", "--record", self.record, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        line = self.process.stdout.readline()
        found = re.search(r"https://127\.0\.0\.1:(\d+)", line)
        if not found:
            self.process.kill()
            raise RuntimeError(f"the mock does not listen: {line!r}")
        # By a name, as some tools ask of a certificate.
        self.host = f"localhost:{found[1]}"
        self.http, self.ws = f"https://{self.host}", f"wss://{self.host}/ws"
        return self

    def __exit__(self, *_):
        self.stop()

    def trusted(self, *names):
        """An environment in which programs trust its certificate."""
        return {**os.environ, **dict.fromkeys(names, self.ca)}

    def stop(self):
        """Has it write its record to the end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
