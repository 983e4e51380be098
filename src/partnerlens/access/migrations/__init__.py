"""The steps that bring a ledger of an older version to the present form."""
