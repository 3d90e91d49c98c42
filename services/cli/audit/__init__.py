"""`cacah audit`: count again from the submission log alone, by another road, and compare every cell."""
