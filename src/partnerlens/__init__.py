"""Partnerlens: right numbers for partner programs, each with its rows and reasons."""

__version__ = "0.1.0"
