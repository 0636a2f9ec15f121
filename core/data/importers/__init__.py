"""Every module here reads data sets of one format; other packages may add theirs."""
