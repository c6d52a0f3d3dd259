"""`python -m cleaner`."""

from cleaner.cli import program

if __name__ == "__main__":
    program()
