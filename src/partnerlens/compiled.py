"""
Functions that become machine code when they are first called.

Numba is optional and slow to import, so a program that never calls a kernel neither needs it nor pays for it. What was
compiled is kept on disk beside the module (or where ``NUMBA_CACHE_DIR`` says), so only the first run waits.
"""

from collections.abc import Callable
from functools import update_wrapper
from importlib.util import find_spec
from threading import Lock
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

import numpy.typing as npt

Ints = npt.NDArray[Any]
"""An array of whole numbers; most have 64 bits, those that are kept for all months 32 where that is enough."""

_Arguments = ParamSpec("_Arguments")
_Returned = TypeVar("_Returned")

_preparing = Lock()


def kernels_are_installed() -> bool:
    """Whether the extra ``fast`` is there."""
    return find_spec("numba") is not None


class Compiled(Generic[_Arguments, _Returned]):
    """
    A function of numbers and arrays, compiled when it is first called; several threads may call it at once.

    Args:
        function: what it does; it may use nothing but NumPy and numbers.
    """

    def __init__(self, function: Callable[_Arguments, _Returned]) -> None:
        """Remember the function; nothing is compiled yet."""
        self._function: Any = function
        self._ready: Any = None
        update_wrapper(self, function)

    def __call__(self, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Returned:
        """Compile the function unless that was done, and call it without holding Python's lock."""
        if self._ready is None:
            with _preparing:
                self.prepare()
        returned: _Returned = self._ready(*args, **kwargs)
        return returned

    def prepare(self) -> Any:
        """Return the function as numba knows it; its first call compiles it."""
        import numba  # noqa: PLC0415 (optional, and half a second)

        if self._ready is None:
            # Kernels may call kernels of their module, which numba knows by their compiled forms alone. Its cache
            # looks at one file, so kernels call none of another.
            function = self._function
            beside = {
                name: value.prepare() if isinstance(value, Compiled) and name in function.__code__.co_names else value
                for name, value in function.__globals__.items()
            }
            bound = FunctionType(function.__code__, beside, function.__name__, function.__defaults__)
            bound.__qualname__, bound.__module__ = function.__qualname__, function.__module__
            try:
                self._ready = numba.njit(cache=True, nogil=True)(bound)
            except RuntimeError:
                # No folder can be written to: each process compiles anew.
                self._ready = numba.njit(nogil=True)(bound)
        return self._ready


def compiled(function: Callable[_Arguments, _Returned]) -> Compiled[_Arguments, _Returned]:
    """Mark a function as a kernel (see ``Compiled``)."""
    return Compiled(function)
