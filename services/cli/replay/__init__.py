"""`cacah replay`: count the submission log anew beside the running system, and put the new count in its place."""
