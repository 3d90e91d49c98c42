"""Asking a service on this machine whether it is ready."""

import urllib.error
import urllib.request


def answers(url: str, timeout: float = 1.0) -> bool:
    """Whether a GET gives 200."""
    # Whatever proxy the environment names, this machine is not behind it.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=timeout) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
