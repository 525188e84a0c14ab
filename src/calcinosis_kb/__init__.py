"""Which treatments of calcinosis cutis has this patient not yet tried, why might each work, and what speaks against it?"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calcinosis_kb._version import __version__
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.advice.judgement import Judgement
    from calcinosis_kb.base import KnowledgeBase, load
    from calcinosis_kb.errors import CalcinosisError, InputError, InternalFault, KnowledgeError, Place, Problem
    from calcinosis_kb.patients.models import Patient

__all__ = [
    "Advice",
    "CalcinosisError",
    "InputError",
    "InternalFault",
    "Judgement",
    "KnowledgeBase",
    "KnowledgeError",
    "Patient",
    "Place",
    "Problem",
    "__version__",
    "load",
]

_MODULES = {
    "__version__": "_version",
    "Advice": "advice.answer",
    "Judgement": "advice.answer",
    "KnowledgeBase": "base",
    "Patient": "patients.models",
    "load": "base",
}


def __getattr__(name: str) -> Any:
    """A public name from its module, which is imported only now: a shell that completes a word waits for no engine."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)
