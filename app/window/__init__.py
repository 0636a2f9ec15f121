"""The window: composition of views, menus, keys and the loop that brings results in."""
