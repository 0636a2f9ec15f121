"""Files that ship with Jointlens, and the programs that make them."""
