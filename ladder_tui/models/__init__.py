"""Model clients behind one protocol, with prices and token counts."""
