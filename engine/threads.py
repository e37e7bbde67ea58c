"""How the threads of the networks wait for one another.

An operation of a network is shared out to a thread a core, and all wait for the last one. By default they
spin for a while, which is quickest on an idle machine; where another program takes a core, the spinning
thread keeps from it the very core that the others need to get done.

Measured on two cores, ms a step of a face's reconstruction, alone, beside one and beside two processes that
keep a core busy each. The portrait pack: asleep 370, 631, 709; a short spin (GOMP_SPINCOUNT=1000) 354, 658,
4039; one thread 600, 615. The built-in pack: asleep 53, 56, 107; the default 45, 73, 188 (341 in the mean);
a spin of 50,000 rounds 33, 567, 75; one thread 48, 48, 77.
"""

from __future__ import annotations

import os
import sys


def wait_asleep() -> bool:
    """Let waiting threads sleep; True where it could be set: before torch is imported.

    To be called by programs, not by a library: it is the process's environment, and its children have it,
    too. What a person set is left alone. OpenMP's own setting, which all its implementations know.
    """
    if "torch" in sys.modules:
        return False
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return True
