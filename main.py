"""Start Jointlens: ``python main.py`` opens the window, ``python main.py --help`` lists the commands."""

import sys

try:
    from app.cli.main import main
except ModuleNotFoundError as error:
    if str(error.name).startswith(("app", "core")):
        raise
    sys.exit(
        f"jointlens: {sys.executable} has no {error.name}; `make inspect` sets up an environment, "
        "`. .venv/bin/activate` makes python be that one's"
    )

if __name__ == "__main__":
    sys.exit(main())
