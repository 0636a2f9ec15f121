"""The one owner of threads and child processes. Free of Qt; polled on the GUI thread."""
