"""The commands: options and examples here, what they do elsewhere and imported only when it is wanted."""

RUN = "Run a system"
SEND = "Make and send forms"
LOOK = "Look and check"
SET_UP = "Set up"


def examples(*lines: str) -> str:
    """The end of a command's help. A pair of line ends keeps each example on a line of its own."""
    escaped = (line.replace("[", "\\[") for line in lines)
    return "\n\n".join(["[bold]Examples[/bold]", *(f"  {line}" for line in escaped)])
