"""Self-signed certificates of a test."""

import subprocess
from pathlib import Path


def certificate(file: Path, name: str) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    key = file.with_suffix(".key")
    options = f"-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name}"
    files = f"-addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {file}"
    words = ["openssl", "req", *options.split(), *files.split()]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603  # words of our own
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file
