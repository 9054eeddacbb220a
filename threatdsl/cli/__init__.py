"""The command line: one command a file, exit codes in one place."""
