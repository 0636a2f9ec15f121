"""An energy term and an importer that Jointlens finds by the entry points of this package."""
