"""Kafka as the services see it: Faust delivering whole batches, a producer of blocks, topics made from their specs."""
