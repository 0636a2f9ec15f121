"""Every action as data: id, title, key, JSON arguments; replay of scripts of them."""
