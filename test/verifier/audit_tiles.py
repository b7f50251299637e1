"""Reads a static-file log (C2SP tlog-tiles) and computes every hash of it again, with nothing but hashlib.

Written from RFC 6962, section 2.1, and not from the code that made the log: recursion over all leaves, where that code
folds tiles. Says OK, or what does not fit, and exits 1. Usage: audit_tiles.py FOLDER [proofs.json]
"""

import base64
import hashlib
import json
import os
import re
import sys


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def tree_hash(leaves):
    """MTH of RFC 6962."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def split(n):
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def path(m, leaves):
    """PATH of RFC 6962."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [tree_hash(leaves[k:])]
    return path(m - k, leaves[k:]) + [tree_hash(leaves[:k])]


def proof(m, leaves):
    """PROOF of RFC 6962."""

    def subproof(m, leaves, complete):
        if m == len(leaves):
            return [] if complete else [tree_hash(leaves)]
        k = split(len(leaves))
        if m <= k:
            return subproof(m, leaves[:k], complete) + [tree_hash(leaves[k:])]
        return subproof(m - k, leaves[k:], False) + [tree_hash(leaves[:k])]

    return subproof(m, leaves, True)


def tile_name(level, index, width):
    digits = "%03d" % (index % 1000)
    while index >= 1000:
        index //= 1000
        digits = "x%03d/%s" % (index % 1000, digits)
    return "tile/%s/%s%s" % (level, digits, "" if width == 256 else ".p/%d" % width)


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def entries_of(data):
    entries = []
    while data:
        length = int.from_bytes(data[:2], "big")
        if len(data) < 2 + length:
            fail("a bundle of entries ends early")
        entries.append(data[2 : 2 + length])
        data = data[2 + length :]
    return entries


def fail(what):
    print("WRONG: " + what)
    sys.exit(1)


def widths(count):
    return [256] * (count // 256) + ([count % 256] if count % 256 else [])


def main():
    folder = sys.argv[1]
    origin, size, root = read(folder, "checkpoint").decode().split("\n")[:3]
    if not re.fullmatch("0|[1-9][0-9]*", size):
        fail("the size of the checkpoint")
    size = int(size)
    leaves = []
    for index, width in enumerate(widths(size)):
        entries = entries_of(read(folder, tile_name("entries", index, width)))
        if len(entries) != width:
            fail("%s: %d entries" % (tile_name("entries", index, width), len(entries)))
        leaves += [leaf_hash(entry) for entry in entries]
    count = 0
    level, nodes = 0, leaves
    while nodes:
        for index, width in enumerate(widths(len(nodes))):
            name = tile_name(level, index, width)
            if read(folder, name) != b"".join(nodes[256 * index : 256 * index + width]):
                fail(name)
            count += 1
        # A hash of the level above is the root of a full tile.
        full = len(nodes) // 256
        nodes = [tree_hash(nodes[256 * i : 256 * (i + 1)]) for i in range(full)]
        level += 1
    if base64.b64encode(tree_hash(leaves)).decode() != root:
        fail("the root of the checkpoint")
    if len(sys.argv) > 2:
        with open(sys.argv[2]) as file:
            asked = json.load(file)
        for item in asked["inclusion"]:
            if [h.hex() for h in path(item["index"], leaves[: item["size"]])] != item["path"]:
                fail("inclusion of %d in %d" % (item["index"], item["size"]))
        for item in asked["consistency"]:
            if [h.hex() for h in proof(item["from"], leaves[: item["to"]])] != item["path"]:
                fail("consistency of %d and %d" % (item["from"], item["to"]))
    print("OK: %s, %d entries, %d tiles" % (origin, size, count))


main()
