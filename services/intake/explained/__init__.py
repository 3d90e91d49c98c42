"""Pages that explain problems: what each `type` of a problem leads to, for people, in both languages."""
