"""A small typed client of Cacah's intake API: sends forms, and retries what may be retried."""

from cacah_client._client import Accepted, Client, LineResult
from cacah_client._errors import CacahError, RefusedError, UnavailableError

__all__ = ["Accepted", "CacahError", "Client", "LineResult", "RefusedError", "UnavailableError"]
