from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from core import registry
from core.energy.term import Term
from core.energy.terms import TERMS
from core.errors import PluginError

GROUP = "jointlens.terms"
HEAD = "from core.energy.term import Term\n"
Offer = Callable[[str], None]
_packages = itertools.count()


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Offer:
    """Make a package ``stranger`` with this source offer its ``TERM``."""

    def install(source: str) -> None:
        name = f"stranger_{next(_packages)}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        point = EntryPoint("theirs", f"{name}:TERM", GROUP)
        monkeypatch.setattr(registry, "_list_entry_points", lambda group: (point,) if group == GROUP else ())

    monkeypatch.syspath_prepend(tmp_path)
    return install


def collect() -> dict[str, Term]:
    return registry.collect_records("core.energy.terms", "TERM", Term, group=GROUP)


def test_a_term_is_found_in_each_module_and_in_other_packages(offer: Offer) -> None:
    folder = Path(registry.__file__).parent / "energy" / "terms"
    own = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert TERMS.keys() >= own
    offer(HEAD + "TERM = Term('mine', 'Mine', 'x', 'us', (), lambda at: at.betas)")
    assert collect().keys() == own | {"mine"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("OTHER = 1", "has no attribute 'TERM'"),
        ("TERM = 'mine'", r"is a str; expected a core\.energy\.term\.Term"),
        (
            HEAD + "TERM = Term('joint', 'J', 'x', 'us', (), lambda at: at.betas)",
            "the id 'joint' is taken",
        ),
        (
            HEAD + "TERM = Term('m', 'M', 'x', 'us', ('sun',), lambda at: at.betas)",
            r"ValueError: term m needs \['sun'\]",
        ),
    ],
)
def test_a_broken_package_is_named_with_the_remedy(offer: Offer, source: str, words: str) -> None:
    offer(source)
    with pytest.raises(PluginError, match=words) as caught:
        collect()
    told = str(caught.value)
    assert re.match(r"package (stranger_\d+): entry point theirs of jointlens.terms.*pip uninstall \1$", told)


def test_every_group_names_the_module_that_collects_it() -> None:
    for group, (_, module) in registry.GROUPS.items():
        path = Path(registry.__file__).parent.parent / module.replace(".", "/")
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        assert f'group="{group}"' in file.read_text(encoding="utf-8")
