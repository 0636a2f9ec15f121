"""Masks of the person: made from pictures, or taken over from files, and looked over."""
