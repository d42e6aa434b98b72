"""Records with Firefox: its own HAR, as the Network panel of its developer tools saves it.

Usage: by_firefox.py HTTP WS FOLDER

Firefox is driven over Marionette, its own protocol of automation: a length, a colon and a list as JSON, both ways. What
a page does, a page does; the panel is opened, and asked for its HAR, by the scripts with which the browser does so.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import tools

# Nothing of Firefox's own goes over the network, and the port is any that is free.
PREFERENCES = {
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "devtools.netmonitor.har.includeResponseBodies": True,
    "extensions.update.enabled": False,
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}

OPEN_PANEL = """
    const [done] = arguments;
    const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
    const { gDevTools } = require("devtools/client/framework/devtools");
    gDevTools.showToolboxForTab(gBrowser.selectedTab, { toolId: "netmonitor" })
        .then(() => done(null), (error) => done(String(error)));
"""

# "Copy All As HAR", whose text is that of "Save All As HAR".
SAVED = """
    const [done] = arguments;
    const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
    const { gDevTools } = require("devtools/client/framework/devtools");
    const panel = gDevTools.getToolboxForTab(gBrowser.selectedTab).getPanel("netmonitor").panelWin;
    const { HarMenuUtils } = panel.windowRequire("devtools/client/netmonitor/src/har/har-menu-utils");
    const { getDisplayedRequests } = panel.windowRequire("devtools/client/netmonitor/src/selectors/index");
    HarMenuUtils.copyAllAsHar(getDisplayedRequests(panel.store.getState()), panel.connector)
        .then((har) => done({ har }), (error) => done({ error: String(error) }));
"""

PAGE = """
    const [page, done] = arguments;
    const visit = %s
    visit(page).then(() => done(null), (error) => done(String(error)));
"""


class Marionette:
    """A session with a Firefox that was started for it."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=tools.PATIENCE)
        self.stream = self.socket.makefile("rb")
        self.calls = 0
        self.read()
        self("WebDriver:NewSession", acceptInsecureCerts=True)

    def read(self):
        length = b""
        while not length.endswith(b":"):
            byte = self.stream.read(1)
            assert byte, "Firefox ended"
            length += byte
        return json.loads(self.stream.read(int(length[:-1])))

    def __call__(self, command, **parameters):
        self.calls += 1
        text = json.dumps([0, self.calls, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self.read()
        assert not error, f"{command}: {error}"
        return result

    def run(self, where, script, *arguments):
        """What a script says when it is done: in the page (`content`) or in the browser (`chrome`)."""
        self("Marionette:SetContext", value=where)
        return self("WebDriver:ExecuteAsyncScript", script=script, args=arguments, newSandbox=True)["value"]


def recorded(firefox, http, ws):
    """The HAR of a page that fetches and follows a socket."""
    # Before the panel is open: what it shows is the mock's, not the venue's.
    firefox("WebDriver:Navigate", url=http + "/")
    problem = firefox.run("chrome", OPEN_PANEL)
    assert not problem, problem
    visit = (Path(__file__).parent / "page.mjs").read_text("utf-8").split("export const visit = ")[1]
    problem = firefox.run("content", PAGE % visit, [ws, tools.VISIT])
    assert not problem, problem
    saved = firefox.run("chrome", SAVED)
    assert "har" in saved, saved["error"]
    return saved["har"]


def main():
    http, ws, folder = sys.argv[1:]
    profile = Path(folder) / "profile"
    profile.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines), "utf-8")
    command = ["firefox-esr", "--headless", "--marionette", "--remote-allow-system-access", "--profile", str(profile)]
    with open(Path(folder) / "firefox.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "HOME": str(profile)})
        try:
            port = profile / "MarionetteActivePort"
            tools.until(lambda: port.exists() and port.read_text("utf-8").strip())
            firefox = Marionette(int(port.read_text("utf-8")))
            (Path(folder) / "firefox.har").write_text(recorded(firefox, http, ws), "utf-8")
        finally:
            tools.ended(process, tools.signal.SIGTERM)


main()
