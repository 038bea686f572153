"""The reader of docs is no easy one: a command that does not do as the page says is found."""

import pytest
from docs.followed import Reader, blocks


@pytest.fixture
def page(tmp_path):
    def write(text):
        path = tmp_path / "page.md"
        path.write_text(text)
        return path

    return write


def test_only_blocks_of_commands_are_taken(page):
    text = ("Words\n```sh\n# a comment\necho a \\\n  b   # said\n\ntrue\n```\n"
            "```sh hardware\nfalse\n```\n```\nfalse\n```\n")
    assert blocks(page(text)) == [["echo a    b   # said", "true"]]
    with pytest.raises(AssertionError, match="not closed"):
        blocks(page("```sh\ntrue\n"))


def test_settings_last_from_line_to_line_and_codes_are_checked(page, tmp_path):
    (tmp_path / "run").mkdir()
    with Reader(tmp_path / "run") as reader:
        reader.follow(page("```sh\nexport WORD=kept\n```\n```sh\necho $WORD > file\ncat file\n"
                           "ls missing  # exit 2\n```\n"))
        assert reader.said["cat file"] == "kept\n"
        with pytest.raises(AssertionError, match="exit code 1, not 0"):
            reader.run("false")
        with pytest.raises(AssertionError, match="exit code 0, not 3"):
            reader.run("true  # exit 3")


def test_what_runs_beside_is_ended_with_the_page(tmp_path):
    (tmp_path / "run").mkdir()
    with Reader(tmp_path / "run") as reader:
        reader.run("bash -c 'echo ready $$; sleep 600' &")
        pid = int(reader.said["bash -c 'echo ready $$; sleep 600' &"].split()[-1])
    assert not _alive(pid)


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().split()[2] != "Z"
    except OSError:
        return False
