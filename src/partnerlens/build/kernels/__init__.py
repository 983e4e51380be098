"""Compiled forms of the steps that read the largest tables; the SQL steps are their definition."""
