"""The command line: one typed function a subcommand, registered by name in :mod:`app.cli.main`."""
