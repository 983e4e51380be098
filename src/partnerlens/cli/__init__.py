"""The command line: parse, call one verb, render. No metric knowledge lives here."""
