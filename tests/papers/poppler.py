"""What poppler reads in a PDF. pypdf does not follow the two-byte codes of an embedded OpenType font."""

import subprocess


def words(content: bytes) -> str:
    """The text without any white space, so that ends of lines do not matter."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())
