"""Readers and writers of the formats that users bring, one a module."""
