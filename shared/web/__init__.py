"""What pages of more than one service share."""
