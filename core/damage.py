"""What NumPy and zipfile raise where an npy or npz file is truncated, damaged or forged, found by trial."""

import struct
import tokenize
import zipfile
import zlib

#: Besides OSError, which tells of the disk as well. RuntimeError and its kinds come of the version,
#: compression or encryption of a zip entry; MemoryError and OverflowError of a size that is a lie.
NUMPY_DAMAGE = (
    ValueError,
    EOFError,
    KeyError,
    TypeError,
    AttributeError,
    SyntaxError,
    RuntimeError,
    MemoryError,
    OverflowError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
)
