"""Answers as JSON documents and as tables to be written: the same for every door."""
