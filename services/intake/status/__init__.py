"""What has become of a form. Positions are compared; only what is exceptional was ever written down."""
