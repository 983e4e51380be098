"""The pages: what a partner's analyst and the program's operator see in a browser."""
