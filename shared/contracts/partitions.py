"""Where a key lives. Every producer passes the partition that this module computes, never its client's own."""


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a household, person or agency key: 0 <= result < partitions.

    Keys are keyed hashes, so their first four bytes are already spread evenly.
    """
    return int.from_bytes(key[:4], "big") % partitions
