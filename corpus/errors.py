"""The root of Despatch's errors and the corpus's branch of them.

    DespatchError
      CorpusError
        FolderMissing        the corpus folder is not there
        FolderUnreadable     the corpus folder is there and cannot be listed
        UnreadableFile       one file could not be read: becomes a failure, stops nothing
          LockedFile         a password locks it
      IndexingError ...      see index.errors
      AssistantError ...     see assistant.errors

A message is one sentence: what happened, to what, what to do next.
"""

from __future__ import annotations

# What is said of a file that a password in the settings would open; a sync tries such a file again.
LOCKED = "The file is locked with a password; add it to the setting `passwords` or save the file without, then sync."


class DespatchError(Exception):
    """Anything that Despatch says in one sentence instead of a traceback."""


class CorpusError(DespatchError):
    """Something about the files themselves."""


class FolderMissing(CorpusError):
    """The corpus folder does not exist or is not a folder."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"There is no folder {folder}; name one that exists: `despatch sync FOLDER`.")
        self.folder = folder


class FolderUnreadable(CorpusError):
    """The corpus folder exists and its files cannot be listed."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"The folder {folder} cannot be listed; give yourself the right to read it, then sync.")
        self.folder = folder


class UnreadableFile(CorpusError):
    """One file could not be read; `reason` is the sentence a user sees beside its path."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LockedFile(UnreadableFile):
    """A password locks the file, and none that is set opens it."""

    def __init__(self) -> None:
        super().__init__(LOCKED)
