"""stub."""
from corpus.model import RawCircular

def read_ofd(name: str, data: bytes) -> RawCircular:
    """Stub."""
    raise NotImplementedError
