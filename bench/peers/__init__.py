"""Everybody who counts. One file each; `peer.py` is what they have in common for the harness."""

from bench.peers import cacah, obvious, skilled
from bench.peers.peer import Peer

PEERS: dict[str, Peer] = {each.name: each for each in (cacah.PEER, obvious.PEER, skilled.PEER)}

__all__ = ["PEERS", "Peer"]
