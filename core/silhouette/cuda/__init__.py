"""The exact silhouette on a graphics card, as Triton kernels; imported only where it is used."""
