"""Every check, in the order in which one makes sense of the next."""

from typing import Final

from services.cli.doctor import machine, system
from services.cli.doctor.model import Check

CHECKS: Final = (
    Check("Python", machine.python),
    Check("Disk", machine.disk),
    Check("Memory", machine.memory),
    Check("Open files", machine.open_files),
    Check("State folder", machine.state_folder),
    Check("Kafka", system.kafka),
    Check("MongoDB", system.mongo),
    Check("Java", machine.java),
    Check("Kafka's jars", machine.kafka_jars),
    Check("mongod", machine.mongod),
    Check("Keys", system.keys),
    Check("Topics", system.topics),
    Check("Collections", system.collections),
    Check("Clock", system.clock),
    Check("Processes", system.processes),
    Check("Intake", system.intake),
    Check("Counting", system.counting),
)
