"""The DICOM files that a comparison goes over."""
import os


def files(paths):
    """Each path that is a file, and the files of each that is a folder, but no lists of them."""
    for path in paths:
        if os.path.isdir(path):
            for folder, _, names in sorted(os.walk(path)):
                yield from (os.path.join(folder, n) for n in sorted(names) if not n.endswith(".csv"))
        else:
            yield path
