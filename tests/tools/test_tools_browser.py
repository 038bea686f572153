"""The report in a real browser: draws every figure, answers the reader, logs no error.

Chromium runs headless with a fresh profile; without it these tests are skipped.
"""

import os
import re
import shutil
import subprocess

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Plays the reader once all is drawn: picks another node, prints, and comes back.
READER = """
<script>
addEventListener("error", (e) => document.body.dataset.error = e.message);
const wait = setInterval(() => {
  if (!document.documentElement.dataset.drawn) return;
  clearInterval(wait);
  const select = document.querySelector("select[data-figure]");
  const before = document.getElementById(select.dataset.figure + "-caption").textContent;
  select.value = "1";
  select.dispatchEvent(new Event("change"));
  const after = document.getElementById(select.dataset.figure + "-caption").textContent;
  const plot = document.querySelector(".plot");
  const screen = plot.layout.width ?? "auto";
  dispatchEvent(new Event("beforeprint"));
  const paper = plot.layout.width;
  dispatchEvent(new Event("afterprint"));
  const wide = plot.layout.width ?? "auto";
  // A typed array or {dtype, bdata} decoded by Plotly: the drawn values must be there.
  const points = plot.calcdata.flat().filter((c) => Number.isFinite(c.y)).length;
  document.body.dataset.reader = JSON.stringify(
    { changed: before !== after, screen, paper, wide, drawn: points > 100 });
}, 50);
</script>
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browse(page, tmp_path_factory):
    """The page's DOM after drawing, and what the browser logged."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser found ({', '.join(BROWSERS)}): apt-get install chromium")
    folder = tmp_path_factory.mktemp("browser")
    (folder / "report.html").write_text(page.replace("</body>", READER + "</body>"),
                                        encoding="utf-8")
    done = subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}",
         "--virtual-time-budget=20000", "--window-size=1400,1000", "--dump-dom",
         (folder / "report.html").as_uri()],
        capture_output=True, text=True, timeout=180, check=False, env={**os.environ, "TZ": "UTC"})
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, re.findall(r".*CONSOLE.*", done.stderr)


def test_the_console_stays_empty(browse):
    dom, console = browse
    assert console == []
    assert "data-error" not in dom


def test_every_figure_is_drawn(browse, page):
    dom, _ = browse
    places = re.findall(r'<div class="plot" id="([^"]+)"', page)
    assert len(places) == 10
    assert len(re.findall(r'class="plot js-plotly-plot" id=', dom)) == len(places)
    assert len(re.findall(r'class="scatterlayer', dom)) >= len(places) - 2
    assert "NaN" not in re.sub(r"<script.*?</script>", "", dom, flags=re.DOTALL)


def test_the_reader_can_choose_and_print(browse):
    dom, _ = browse
    told = re.search(r'data-reader="([^"]*)"', dom)
    assert told, "the reader's script did not run"
    text = told.group(1).replace("&quot;", '"')
    assert '"changed":true' in text
    assert '"screen":"auto","paper":690,"wide":"auto"' in text
    assert '"drawn":true' in text
