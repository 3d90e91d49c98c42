"""Cacah beside what one would otherwise write: the same forms, the same broker, the same mongod, one after the other."""
