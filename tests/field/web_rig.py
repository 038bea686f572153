"""The technician's page in headless Chromium, at a pseudo-terminal."""

import base64
import contextlib
import json
from pathlib import Path

import pytest
from field.chromium import Chromium, program

from phaseward_tools.link import SerialStream
from phaseward_tools.web import page as the_page

SHIM = (Path(__file__).parent / "serial_shim.js").read_text()


class Bridge:
    """Bytes between the page's serial port and a pseudo-terminal."""

    def __init__(self, page, port):
        self._page, self._stream = page, SerialStream(port)
        page.bind("toBox", lambda text: self._stream.write(base64.b64decode(text)))

    def pump(self):
        data = self._stream.read(0.02)
        if data:
            self._page.tell(f"fromBox({json.dumps(base64.b64encode(data).decode())})")

    def close(self):
        self._stream.close()


class Technician:
    """A person at the page."""

    def __init__(self, page, bridge):
        self.page, self.bridge = page, bridge

    def until(self, expression):
        return self.page.until(expression, self.bridge.pump)

    def told(self, text):
        return self.until(f"document.getElementById('told').textContent.includes("
                          f"{json.dumps(text)})")

    def click(self, name):
        self.page.tell(f"document.getElementById('{name}').click()")

    def connect(self):
        self.click("connect")
        self.until("document.body.classList.contains('connected') && "
                   "document.getElementById('told').textContent === '' && "
                   "document.querySelectorAll('.row').length > 100")

    def type(self, name, text):
        self.page.run(f"(() => {{ const e = document.querySelector('[data-id={name}] input, "
                      f"[data-id={name}] select'); e.value = {json.dumps(text)}; "
                      "e.dispatchEvent(new Event(e.tagName === 'SELECT' ? 'change' : 'input', "
                      "{bubbles: true})); })()")

    def log_in(self, key):
        self.page.run(f"document.getElementById('key').value = '{key}'; 1")
        self.click("login")

    def value(self, name):
        return self.page.run(f"document.querySelector('[data-id={name}] input, [data-id={name}] "
                             "select').value")

    def text(self, name):
        return self.page.run(f"document.getElementById('{name}').innerText")


@contextlib.contextmanager
def browsing(profile):
    """The browser, or the test is skipped where there is none."""
    if program() is None:
        pytest.skip("no browser found: apt-get install chromium")
    with Chromium(profile) as found:
        yield found


@contextlib.contextmanager
def sit_down(browser, folder, port, before=""):
    """A Technician at the page. before: a script that runs before the page's own."""
    path = folder / "phaseward.html"
    path.write_text(the_page())
    page = browser.page(path.as_uri(), SHIM + before)
    bridge = Bridge(page, port)
    page.open()
    yield Technician(page, bridge)
    page.close()
    bridge.close()
    assert page.errors == []
