"""Containers of the kind that Outlook and Office before 2007 write, made from their streams."""

import struct

_END, _NONE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _SMALL = 512, 64


def container(tree):
    """The bytes of a container; `tree` gives bytes for a stream and a dict for a storage, by name."""
    entries, small = [], bytearray()
    root = _add(entries, "Root Entry", tree, small)
    assert root == 0
    small_table = _chains(entries)
    directory_sectors = -(-len(entries) * 128 // _SECTOR)
    table_sectors = -(-len(small_table) // _SECTOR)
    small_sectors = -(-len(small) // _SECTOR)
    first_table = 1 + directory_sectors
    first_small = first_table + table_sectors
    sizes = (directory_sectors, table_sectors, small_sectors)
    fat = [_FAT]
    for size in sizes:
        fat += [*range(len(fat) + 1, len(fat) + size), _END] if size else []
    assert len(fat) <= _SECTOR // 4
    fat += [_NONE] * (_SECTOR // 4 - len(fat))
    entries[0].update(start=first_small if small else _END, size=len(small))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, first_table if small_table else _END, table_sectors, _END, 0)
    head += struct.pack("<109I", 0, *[_NONE] * 108)
    directory = b"".join(map(_entry, entries))
    parts = (struct.pack("<128I", *fat), directory, small_table, bytes(small))
    return head + b"".join(part + bytes(-len(part) % _SECTOR) for part in parts)


def _add(entries, name, content, small):
    number = len(entries)
    entry = {"name": name, "kind": 2, "right": _NONE, "child": _NONE, "start": _END, "size": 0}
    entries.append(entry)
    if isinstance(content, dict):
        entry["kind"] = 1 if number else 5
        last = None
        for inner, value in content.items():
            child = _add(entries, inner, value, small)
            if last is None:
                entry["child"] = child
            else:
                entries[last]["right"] = child
            last = child
    else:
        assert len(content) < 4096
        entry.update(start=len(small) // _SMALL if content else _END, size=len(content))
        small += content + bytes(-len(content) % _SMALL)
    return number


def _chains(entries):
    chains = []
    for entry in entries:
        if entry["kind"] == 2 and entry["size"]:
            count = -(-entry["size"] // _SMALL)
            chains += [*range(len(chains) + 1, len(chains) + count), _END]
    return struct.pack(f"<{len(chains)}I", *chains)


def _entry(entry):
    name = (entry["name"] + "\0").encode("utf-16-le")
    links = struct.pack("<HBB3I", len(name), entry["kind"], 1, _NONE, entry["right"], entry["child"])
    return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", entry["start"], entry["size"])


def message(words, *, numbers=(), parts=None, head=32):
    """The tree of an Outlook message: characters or bytes by property, integers, attachments."""
    tree = {"__properties_version1.0": bytes(head) + b"".join(_number(*number) for number in numbers)}
    for property_number, value in words.items():
        kind = "001F" if isinstance(value, str) else "0102"
        content = value.encode("utf-16-le") if isinstance(value, str) else value
        tree[f"__substg1.0_{property_number:04X}{kind}"] = content
    return {**tree, **(parts or {})}


def _number(property_number, value):
    return struct.pack("<HHIq", 0x0003, property_number, 6, value)
