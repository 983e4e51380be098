"""The batch: from facts to the cells of each month, for all partners, in portable SQL (``sql/``, one file a step)."""
