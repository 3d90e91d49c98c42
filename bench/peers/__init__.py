"""Everybody who counts. One file each; `peer.py` is what they have in common for the harness."""

from bench.peers import cacah, loop, obvious, quix, skilled
from bench.peers.peer import Peer, Stage

PEERS: dict[str, Peer] = {each.name: each for each in (cacah.PEER, obvious.PEER, skilled.PEER, quix.PEER)}
"""From the log to totals."""
STAGES: dict[str, Stage] = {each.name: each for each in (cacah.STAGE, loop.STAGE)}
"""The first stage alone."""

__all__ = ["PEERS", "STAGES", "Peer", "Stage"]
