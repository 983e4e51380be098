"""The server: who comes in, what goes out, and how it runs."""
