"""Which treatments of calcinosis cutis has this patient not yet tried, why might each work, and what speaks against it?"""

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.base import KnowledgeBase, load
from calcinosis_kb.errors import CalcinosisError, InputError, InternalFault, KnowledgeError, Problem
from calcinosis_kb.patients.models import Patient

__all__ = [
    "Advice",
    "CalcinosisError",
    "InputError",
    "InternalFault",
    "KnowledgeBase",
    "KnowledgeError",
    "Patient",
    "Problem",
    "__version__",
    "load",
]

__version__ = "0.1.0"
