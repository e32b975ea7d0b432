"""stub."""
from corpus.model import RawCircular

def read_pdf(name: str, data: bytes) -> RawCircular:
    """Stub."""
    raise NotImplementedError
