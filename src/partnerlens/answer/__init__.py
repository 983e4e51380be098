"""The click: one partner or all, any filter, eight metrics with their benchmark, from an edition alone."""
