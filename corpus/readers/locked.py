"""Files that a password locks, made into what they would be without one."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from xml.parsers.expat import ExpatError

from corpus.errors import LockedFile, UnreadableFile
from corpus.sniffing import LOCKED, OLE_SIGNATURE, sniff

# Excel itself locks a workbook with it whose structure is protected or that is to be read only, and opens it unasked.
_EXCELS_OWN = "VelvetSweatshop"
_ENCRYPTED_PDF = b"/Encrypt"  # in the trailer, which is never encrypted or compressed itself
_UNKNOWN_LOCK = "The file is damaged or locked in an unusual way; save it anew without a password, then sync."


def unlocked(source: bytes, passwords: Sequence[str]) -> bytes:
    """Unlock an Office file or a PDF by the first password that fits.

    Args:
        source: any file.
        passwords: tried in this order.

    Returns:
        The bytes of an ordinary file; those of a file that is not locked as they are, and of a PDF also where no
        password is given.

    Raises:
        LockedFile: no password fits.
        UnreadableFile: the file is damaged or locked in an unknown way.
    """
    if source.startswith(OLE_SIGNATURE) and sniff(io.BytesIO(source)) is LOCKED:
        return _office(source, (_EXCELS_OWN, *passwords))
    if passwords and _ENCRYPTED_PDF in source:
        return _pdf(source, passwords)
    return source


def _office(source: bytes, passwords: Sequence[str]) -> bytes:
    # Late, here and below: libraries that only files of these kinds are worth.
    from msoffcrypto import exceptions  # noqa: PLC0415  see above
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415  see above

    damaged = (
        *(exceptions.FileFormatError, exceptions.ParseError, exceptions.DecryptionError, ExpatError, struct.error),
        *(OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError),
    )
    try:
        file = OOXMLFile(io.BytesIO(source))
        for password in passwords:
            plain = io.BytesIO()
            try:
                file.load_key(password=password, verify_password=True)
                file.decrypt(plain)
            except exceptions.InvalidKeyError:
                continue
            return plain.getvalue()
    except damaged as error:
        raise UnreadableFile(_UNKNOWN_LOCK) from error
    raise LockedFile


def _pdf(source: bytes, passwords: Sequence[str]) -> bytes:
    import pypdfium2.raw as pdfium_raw  # noqa: PLC0415  see above

    from corpus.readers.pdf_letters import opened  # noqa: PLC0415  see above

    for password in ("", *passwords):
        try:
            with opened(source, password) as document:
                if not password:  # only its changes are locked
                    return source
                plain = io.BytesIO()
                document.save(plain, flags=pdfium_raw.FPDF_REMOVE_SECURITY)
                return plain.getvalue()
        except LockedFile:
            continue
    raise LockedFile
