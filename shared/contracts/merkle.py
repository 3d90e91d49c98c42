"""Merkle trees as of RFC 9162, section 2.1: one value that stands for many, and a path that shows one of them in it."""

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32

# Leaves and nodes are hashed apart, so that no node can be shown as a leaf.
_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(_LEAF + data).digest()


def root_and_paths(leaves: Sequence[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """The root over the leaves' hashes, and for each leaf the hashes beside its way up. At least one leaf."""
    paths: list[list[bytes]] = [[] for _ in leaves]
    places = list(range(len(leaves)))
    level = list(leaves)
    while len(level) > 1:
        for path, place in zip(paths, places, strict=True):
            beside = place ^ 1
            if beside < len(level):
                path.append(level[beside])
        places = [place >> 1 for place in places]
        level = [_joined(level, at) for at in range(0, len(level), 2)]
    return level[0], paths


def root_of(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of a tree of `size` leaves in which `leaf` is at `index`; None where the path is of another length."""
    if not 0 <= index < size:
        return None
    place, last = index, size - 1
    value = leaf
    for beside in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            # The last one of an odd level goes up as it is, until it has something at its left.
            while not place & 1:
                place, last = place >> 1, last >> 1
            value = hashlib.sha256(_NODE + beside + value).digest()
        else:
            value = hashlib.sha256(_NODE + value + beside).digest()
        place, last = place >> 1, last >> 1
    return value if last == 0 else None


def _joined(level: Sequence[bytes], at: int) -> bytes:
    pair = level[at : at + 2]
    return pair[0] if len(pair) == 1 else hashlib.sha256(_NODE + pair[0] + pair[1]).digest()
