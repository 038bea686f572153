"""Headless Chromium over the DevTools protocol on a pipe: no server, no library.

    with Chromium(profile_folder) as browser:
        page = browser.page("file:///...", script_before_all_others)
        page.run("document.title")
"""

import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import time

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 60
_HIGH = 20  # file descriptors above those that the browser wants
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--allow-file-access-from-files", "--remote-debugging-pipe")


def program():
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Chromium:
    """The browser, with a fresh profile. size: of its window."""

    def __init__(self, profile, size=(1280, 860)):
        self._profile, self._size = profile, size
        self._numbers = itertools.count(1)
        self._received = b""
        self.listeners = {}  # (session, method) -> function(parameters)
        self._replies = {}

    def __enter__(self):
        read, self._out = _pipe()
        self._in, write = _pipe()
        command = [program(), *_OPTIONS, f"--user-data-dir={self._profile}",
                   f"--window-size={self._size[0]},{self._size[1]}", "about:blank"]

        def place():
            os.dup2(read, 3)
            os.dup2(write, 4)

        self._process = subprocess.Popen(command, preexec_fn=place, pass_fds=(3, 4),
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read)
        os.close(write)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)
        os.close(self._in)
        os.close(self._out)

    def page(self, url, script=""):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, target, url, script)

    def ask(self, method, session=None, **parameters):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        end_s = time.monotonic() + PATIENCE_S
        while number not in self._replies:
            assert time.monotonic() < end_s, f"{method}: no answer"
            self.pump(0.5)
        reply = self._replies.pop(number)
        assert "error" not in reply, f"{method}: {reply['error']}"
        return reply["result"]

    def pump(self, seconds):
        """Takes what the browser sends within that time, or the first of it."""
        if not select.select([self._in], [], [], seconds)[0]:
            return
        data = os.read(self._in, 1 << 20)
        assert data, "the browser has ended"
        *messages, self._received = (self._received + data).split(b"\0")
        for text in messages:
            message = json.loads(text)
            if "id" in message:
                self._replies[message["id"]] = message
            else:
                key = (message.get("sessionId"), message["method"])
                self.listeners.get(key, lambda parameters: None)(message["params"])


class Page:
    """One page. `errors`: exceptions and what was logged as an error."""

    def __init__(self, browser, session, target, url, script):
        self._browser, self._session, self._target = browser, session, target
        self.errors = []
        self._listen("Runtime.exceptionThrown", lambda p: self.errors.append(
            p["exceptionDetails"].get("exception", {}).get("description", str(p))))
        self._listen("Runtime.consoleAPICalled", self._logged)
        for domain in ("Page", "Runtime"):
            self._ask(f"{domain}.enable")
        self.url, self._script = url, script

    def bind(self, name, function):
        """window[name](text) in the page calls function(text) here."""
        self._ask("Runtime.addBinding", name=name)
        self._listen("Runtime.bindingCalled", lambda p: function(p["payload"]))

    def close(self):
        self._browser.ask("Target.closeTarget", targetId=self._target)

    def open(self):
        if self._script:
            self._ask("Page.addScriptToEvaluateOnNewDocument", source=self._script)
        self._ask("Page.navigate", url=self.url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, expression):
        """The value of a JavaScript expression; promises are waited for."""
        found = self._ask("Runtime.evaluate", expression=expression, awaitPromise=True,
                          returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def tell(self, expression):
        """Runs it without waiting for what it promises."""
        self._ask("Runtime.evaluate", expression=expression, awaitPromise=False,
                  returnByValue=False)

    def until(self, expression, between=lambda: None):
        """Waits for a true value; the wall clock only bounds a hanging test."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            between()
            found = self.run(expression)
            if found:
                return found
            self._browser.pump(0.05)
        raise AssertionError(f"never true: {expression}\n{self.run('document.body.innerText')}")

    def picture(self, path):
        import base64

        found = self._ask("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(found["data"]))

    def scheme(self, name):
        """light or dark, as the reader's system has it."""
        self._ask("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": name}])

    def _listen(self, method, function):
        self._browser.listeners[(self._session, method)] = function

    def _ask(self, method, **parameters):
        return self._browser.ask(method, self._session, **parameters)

    def _logged(self, parameters):
        if parameters["type"] in ("error", "assert"):
            self.errors.append(str(parameters["args"]))


def _pipe():
    """A pipe whose ends have high numbers, so that 3 and 4 are free to be given away."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _HIGH) for end in ends)
    for end in ends:
        os.close(end)
    return high
