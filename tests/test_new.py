"""`deckwright new`: a project that builds as it is, and nothing of anyone's touched."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from deckwright import build as building
from deckwright import new as starting
from deckwright import project
from deckwright.build import Options
from deckwright.new import as_text, deck_name, new
from deckwright.usage import UsageProblem
from deckwright.workspace import find_project
from support import ROOT, TOOL, deckwright, open_folder, without_privileges

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git is not installed")
PLAIN = {"cards.yaml", ".deckwright/schema.json"}
EXAMPLE = PLAIN | {"media/kitchen.svg", "media/lime.svg"}
FOR_GIT = {".gitignore", ".pre-commit-config.yaml", ".github/workflows/deck.yml"}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep git from finding a repository around the tests, or anyone's settings."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PATH", f"{TOOL.parent}{os.pathsep}{os.environ['PATH']}")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ann")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ann@example.org")


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=False)


def files(folder: Path) -> set[str]:
    """List the files of a folder, but for git's own."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if path.parts[0] != ".git"}


@pytest.mark.parametrize("example", [False, True])
def test_a_new_project_has_nothing_to_mend_and_builds(tmp_path: Path, example: bool) -> None:  # noqa: FBT001
    started = new(tmp_path / "baclofen", example=example)
    assert files(started.root) == (EXAMPLE if example else PLAIN)
    assert (started.root / "media").is_dir()
    found = find_project(started.root)
    compiled = project.check(found)
    assert [finding.code for report in compiled.reports for finding in report] == []
    built = building.build(found, Options())
    assert [made.path.name for made in built.packages] == ["baclofen.apkg"]


def test_the_first_line_leads_the_editor_to_the_schema(tmp_path: Path) -> None:
    root = new(tmp_path / "atlas", example=True).root
    first = (root / "cards.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=.deckwright/schema.json"
    schema = json.loads((root / ".deckwright" / "schema.json").read_text("utf-8"))
    names = schema["definitions"]["Note"]["properties"]["symbol"]["anyOf"][0]["enum"]
    assert names == ["keys", "sink", "pear", "muscat"]


def test_the_example_shows_every_way_to_a_picture_and_most_shapes(tmp_path: Path) -> None:
    compiled = project.check(find_project(new(tmp_path / "atlas", example=True).root))
    (deck,) = compiled.decks
    plans = [deck.plans.get(index) for index in range(7)]
    assert sum(plan is not None and plan.found for plan in plans) == 3
    notes = [note.placed.note for note in deck.deck.notes]
    for key in ("symbol", "region", "image"):
        assert any(getattr(note, key) for note in notes), key
    texts = " ".join(note.explanation for note in notes)
    assert "\\(" in texts
    assert "\n- " in texts
    kinds = {note.kind for note in deck.deck.notes}
    assert {"mnemonic", "scene", "sweep"} <= kinds


def test_two_projects_have_two_ids(tmp_path: Path) -> None:
    ids = set()
    for name in ("a/baclofen", "b/baclofen"):
        text = (new(tmp_path / name).root / "cards.yaml").read_text("utf-8")
        ids |= set(re.findall(r"^id: (baclofen-[a-z0-9]{4}) ", text, re.MULTILINE))
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("baclofen", "Baclofen"),
        ("heart-failure", "Heart Failure"),
        ("heart_failure  2", "Heart Failure 2"),
        ("USMLE step 1", "USMLE Step 1"),
        ("Ärzte & Co", "Ärzte & Co"),
        ("пульс", "Пульс"),
        ("解剖学", "解剖学"),
        ("Medicine::Heart", "Medicine::Heart"),
        ("::heart::", "Heart"),
        ("a:: ::b", "A::B"),
        ("!!!", "My Deck"),
        ("", "My Deck"),
        ("default", "My Deck"),
        ("C# and F#", "C# And F#"),
        ("yes", "Yes"),
        ("a\nb\x1b[31m\u202ec", "A B [31m C"),
        ("\udcff", "My Deck"),
    ],
)
def test_the_deck_is_called_like_its_folder(folder: str, name: str) -> None:
    assert deck_name(folder) == name


@pytest.mark.parametrize(
    "folder",
    [
        "Ärzte & Co",
        "5-HT #3",
        "Warning: x",
        "[Na+]",
        "true",
        "1:30",
        "a::b",
        "!!!",
        "'\"\\",
        "x" * 200,
        "解剖学",
    ],
)
def test_a_folder_of_any_name_becomes_a_deck(tmp_path: Path, folder: str) -> None:
    root = new(tmp_path / folder).root
    compiled = project.check(find_project(root))
    assert not compiled.has_errors
    (deck,) = compiled.decks
    assert deck.deck.deck.deck == deck_name(folder)
    assert re.fullmatch("[a-z0-9-]{3,60}", deck.deck.deck.id or "")


def test_the_folder_one_is_in_will_do_when_it_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "liver").mkdir()
    monkeypatch.chdir(tmp_path / "liver")
    started = new(Path())
    assert "deck: Liver\n" in (tmp_path / "liver" / "cards.yaml").read_text("utf-8")
    assert "cd " not in as_text(started)
    monkeypatch.chdir(tmp_path)
    assert "  cd 'two words'\n" in as_text(new(Path("liver/../two words")))


@pytest.mark.parametrize("there", ["cards.yaml", ".deckwright/schema.json", "media/lime.svg"])
def test_nothing_that_is_there_is_replaced(tmp_path: Path, there: str) -> None:
    mine = tmp_path / "atlas" / there
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", "utf-8")
    with pytest.raises(UsageProblem, match=f"`{re.escape(there)}` already.*name another folder"):
        new(tmp_path / "atlas", example=True)
    assert files(tmp_path / "atlas") == {there}
    assert mine.read_text("utf-8") == "mine"


def test_a_link_to_nothing_is_there_too(tmp_path: Path) -> None:
    (tmp_path / "cards.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageProblem, match=r"cards\.yaml"):
        new(tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "mine.txt").write_text("mine", "utf-8")
    new(tmp_path)
    assert files(tmp_path) == PLAIN | {"media/mine.txt"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "deck").write_text("mine", "utf-8")
    with pytest.raises(UsageProblem, match="is a file"):
        new(tmp_path / "deck")


def test_on_failure_nothing_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(starting, "schema_of", fail)
    with pytest.raises(OSError, match="No space"):
        new(tmp_path / "deep" / "atlas", example=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_is_told() -> None:
    with open_folder() as folder:
        folder.chmod(0o555)
        with without_privileges(), pytest.raises(PermissionError):
            new(folder / "atlas")
        assert list(folder.iterdir()) == []


@needs_git
def test_with_git_it_is_a_repository_whose_commits_are_checked(tmp_path: Path) -> None:
    root = new(tmp_path / "atlas", example=True, git=True).root
    assert files(root) == EXAMPLE | FOR_GIT
    hook = root / ".git" / "hooks" / "pre-commit"
    assert hook.stat().st_mode & stat.S_IXUSR
    assert git(root, "status", "--porcelain", "--ignored").stdout.splitlines() == [
        "?? .github/",
        "?? .gitignore",
        "?? .pre-commit-config.yaml",
        "?? cards.yaml",
        "?? media/",
        "!! .deckwright/",
    ]
    git(root, "add", ".")
    assert git(root, "commit", "-m", "first").returncode == 0
    (root / "cards.yaml").write_text("deck: D\nnotes: [{fakt: x}]\n", "utf-8")
    refused = git(root, "commit", "-am", "second")
    assert refused.returncode == 1
    assert "did you mean `fact`" in refused.stdout + refused.stderr


@needs_git
def test_within_a_repository_its_root_gets_what_belongs_there(tmp_path: Path) -> None:
    assert git(tmp_path, "init", "-q").returncode == 0
    started = new(tmp_path / "decks" / "heart failure", git=True)
    assert started.notes == ()
    inner = {f"decks/heart failure/{name}" for name in (*PLAIN, ".gitignore")}
    assert files(tmp_path) == inner | {".pre-commit-config.yaml", ".github/workflows/deck.yml"}
    assert not (started.root / ".git").exists()
    hook = (tmp_path / ".git" / "hooks" / "pre-commit").read_text("utf-8")
    assert hook.endswith("exec deckwright check -q 'decks/heart failure'\n")
    workflow = yaml.safe_load((tmp_path / ".github" / "workflows" / "deck.yml").read_text("utf-8"))
    assert workflow["defaults"]["run"]["working-directory"] == "decks/heart failure"
    with pytest.raises(UsageProblem, match="leave out `--git`"):
        new(tmp_path / "other", git=True)


@needs_git
def test_a_hook_that_is_there_stays(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n", "utf-8")
    started = new(tmp_path, git=True)
    assert hook.read_text("utf-8") == "#!/bin/sh\n"
    assert "deckwright check -q" in as_text(started)


@needs_git
def test_hooks_that_serve_other_repositories_stay(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "core.hooksPath", str(tmp_path / "shared"))
    assert "stays as it is" in as_text(new(tmp_path / "deck", git=True))
    assert not (tmp_path / "shared").exists()


def test_without_git_the_files_are_there_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    started = new(tmp_path / "deck", git=True)
    assert files(started.root) == PLAIN | FOR_GIT
    assert "git is not installed" in as_text(started)


def test_the_workflow_is_yaml_with_a_job_for_each_occasion(tmp_path: Path) -> None:
    root = new(tmp_path / "deck", git=True).root
    text = (root / ".github" / "workflows" / "deck.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert set(workflow["jobs"]) == {"check", "build", "publish", "pages"}
    runs = {
        name: " ".join(step.get("run", "") for step in job["steps"]) for name, job in workflow["jobs"].items()
    }
    assert "deckwright check" in runs["check"]
    assert "deckwright diff" in runs["check"]
    assert "git add cards.lock" in runs["build"]
    assert runs["publish"].index("deckwright build --locked") < runs["publish"].index("deckwright publish")
    assert 'deckwright publish --version "${GITHUB_REF_NAME#v}"' in runs["publish"]
    assert workflow["jobs"]["pages"]["needs"] == "publish"
    assert workflow["jobs"]["pages"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert workflow["permissions"] == {"contents": "read"}
    assert "@PATH@" not in text
    assert "@ROOT@" not in text
    assert workflow["defaults"]["run"]["working-directory"] == "."
    hooks = yaml.safe_load((root / ".pre-commit-config.yaml").read_text("utf-8"))
    assert hooks["repos"][0]["hooks"][0]["entry"] == "deckwright check -q ."


@pytest.mark.parametrize(
    ("releases", "tag", "code"),
    [
        (["1.9.0", "1.10.0"], "v1.10.0", 0),
        (["1.9.0", "1.10.0"], "v1.9.0", 1),
        (["1.9.0"], "v1.10.0", 1),
        (["1.9.0"], "1.9.0", 1),
        ([], "v1.0.0", 1),
        ([], "v", 1),
    ],
)
def test_a_tag_publishes_only_the_release_that_is_committed_with_it(
    releases: list[str], tag: str, code: int, tmp_path: Path
) -> None:
    root = new(tmp_path / "deck", git=True).root
    workflow = yaml.safe_load((root / ".github" / "workflows" / "deck.yml").read_text("utf-8"))
    steps = workflow["jobs"]["publish"]["steps"]
    (script,) = [step["run"] for step in steps if step.get("name", "").startswith("The tag is")]
    (root / "releases").mkdir()
    for release in releases:
        (root / "releases" / f"{release}.jsonl").touch()
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=root,
        env={**os.environ, "GITHUB_REF_NAME": tag},
        capture_output=True,
        check=False,
    )
    assert done.returncode == code
    assert done.stdout.startswith(b"::error::" if code else b"")


def test_the_workflow_to_copy_publishes_as_ours_does(tmp_path: Path) -> None:
    root = new(tmp_path / "deck", git=True).root
    text = (ROOT / "docs" / "sharing.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    shown = yaml.safe_load(block)["jobs"]
    ours = yaml.safe_load((root / ".github" / "workflows" / "deck.yml").read_text("utf-8"))["jobs"]
    steps = [step.get("run") or step.get("uses") for job in ours.values() for step in job["steps"]]
    copied = [step.get("run") or step["uses"] for job in shown.values() for step in job["steps"]]
    assert [step for step in copied if step not in steps] == [
        'git diff --exit-code && test -z "$(git status --porcelain releases)"'
    ]


@needs_git
def test_the_site_goes_where_it_was_written(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    new(tmp_path / "decks" / "heart", git=True)
    text = (tmp_path / ".github" / "workflows" / "deck.yml").read_text("utf-8")
    steps = yaml.safe_load(text)["jobs"]["publish"]["steps"]
    (path,) = [step["with"]["path"] for step in steps if "upload-pages" in step.get("uses", "")]
    assert path == "decks/heart/site/"


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    done = deckwright("new", "baclofen", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.err.splitlines() == [
        "Made baclofen/: cards.yaml (your notes), media/ (your pictures). It builds as it is.",
        "  cd baclofen",
        "  deckwright preview     write and look, in your browser",
        "  deckwright build       make the file for Anki",
    ]
    again = deckwright("new", "baclofen", cwd=tmp_path)
    assert again.code == 2
    assert "`baclofen` holds `cards.yaml` and `.deckwright/schema.json` already" in again.err


def test_a_name_that_is_nothing_makes_nothing(tmp_path: Path) -> None:
    done = deckwright("new", "", cwd=tmp_path)
    assert (done.code, list(tmp_path.iterdir())) == (2, [])
    assert "name a folder for the project" in done.err
