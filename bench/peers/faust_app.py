"""What both Faust peers are made of. Faust's own defaults, but for what would get in the way of a bench: its web server,
its making of topics, and a session timeout that outlasts a run."""

from typing import Any

import faust
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from shared.contracts.topics import SUBMISSIONS
from shared.runtime.logs import configure_logs
from shared.runtime.settings import load_settings

Document = dict[str, Any]


class StageApp:
    """One stage of a peer: its Faust app, the topics that it knows, and the database."""

    def __init__(self, peer: str, stage: str) -> None:
        self.settings = load_settings()
        configure_logs(f"{peer}-{stage}", level="WARNING", style="text")
        folder = self.settings.state / "faust" / peer / stage
        folder.mkdir(parents=True, exist_ok=True)
        self.app = faust.App(
            f"{self.settings.database}.{peer}.{stage}",
            broker=f"kafka://{self.settings.kafka}",
            datadir=str(folder),
            web_enabled=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            broker_session_timeout=10,
            broker_heartbeat_interval=2.5,
        )
        self.submissions = self.app.topic(SUBMISSIONS, key_serializer="raw", value_serializer="raw")
        self.claims = self.app.topic(f"bench.{peer}.claims", key_serializer="raw", value_serializer="json")
        self.changes = self.app.topic(f"bench.{peer}.changes", key_serializer="raw", value_serializer="json")
        self._client: AsyncMongoClient[Document] = AsyncMongoClient(self.settings.mongo)

    @property
    def database(self) -> AsyncDatabase[Document]:
        return self._client[self.settings.database]

    def run(self) -> None:
        faust.Worker(
            self.app, quiet=True, loglevel="warning", redirect_stdouts=False, override_logging=False
        ).execute_from_commandline()
