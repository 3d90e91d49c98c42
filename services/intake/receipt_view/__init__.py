"""What anybody may ask of a receipt: whether it is genuine, what it says, its QR code, and the keys that say so."""
