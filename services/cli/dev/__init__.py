"""`cacah dev`: Kafka, MongoDB and every service on this machine, started, watched and stopped as one."""
