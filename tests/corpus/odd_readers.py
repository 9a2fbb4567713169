"""A package that adds readers by entry points, each doing what a reader should not."""

SOURCE = """
import ctypes, os, sys
from corpus import Draft, UnreadableFile

seen = []


def words(source, name):
    if not source.startswith(b"words"):
        raise UnreadableFile("There are no words in it; write some, then sync.")
    seen.append(name)
    return Draft(source.decode(), title=name)


def process(source, name):
    return Draft(f"{os.getpid()} {os.getpgid(0)}")


def modules(source, name):
    return Draft(" ".join(sys.modules))


def hang(source, name):
    while True:
        pass


def crash(source, name):
    ctypes.string_at(0)


def after(source, name):
    if seen:
        crash(source, name)
    return Draft("The reader was fresh.")


def hungry(source, name):
    return Draft(str(len(bytearray(1 << 40))))


def large(source, name):
    held = bytearray(600 << 20)
    return Draft(f"{os.getpid()} {len(held)}")


def broken(source, name):
    return Draft(str(1 / 0))


def noisy(source, name):
    print("out", flush=True)
    os.write(2, b"err")
    return Draft("said")


def unpicklable(source, name):
    return Draft("words", metadata={"author": lambda: ""})
"""
NAMES = ("words", "process", "modules", "hang", "crash", "after", "hungry", "large", "broken", "noisy", "unpicklable")
NAMED_AND_NOT_THERE = "absent"


def install(folder):
    """Write the package as an installer would."""
    (folder / "odd_readers_of_a_test.py").write_text(SOURCE)
    about = folder / "odd_readers_of_a_test-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-readers-of-a-test\nVersion: 1.0\n")
    rows = "".join(f"{name} = odd_readers_of_a_test:{name}\n" for name in (*NAMES, NAMED_AND_NOT_THERE))
    (about / "entry_points.txt").write_text(f"[despatch.readers]\n{rows}pdf = odd_readers_of_a_test:words\n")
