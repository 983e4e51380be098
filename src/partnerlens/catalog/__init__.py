"""
The definitions that are data: credit policies, workloads with exam lists, mappings of files, scorecards, markets.

Each ships with the package and can be replaced or added to by a file of the same form in the workspace,
under ``catalog/`` with the same relative name.
"""
