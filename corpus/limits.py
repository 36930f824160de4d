"""How much one file may take before it is given up. Knows numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The bounds of reading one file, whatever it is."""

    megabytes: int = 64  # of the file, and of a member of an archive when unpacked
    seconds: int = 120  # to read and understand it; pages read by OCR have a minute each besides
    memory: int = 2048  # megabytes that the process that reads it may hold

    @property
    def bytes(self) -> int:
        """The bytes of a file, at most."""
        return self.megabytes << 20
