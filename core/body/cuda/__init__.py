"""Skinning on a graphics card, as Triton kernels and matrix products; imported only where it is used."""
