"""Exact area coverage of a closed mesh's silhouette, and its derivative."""
