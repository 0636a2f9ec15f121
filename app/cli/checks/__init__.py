"""What ``doctor`` looks at; every module here yields checks of one kind."""
