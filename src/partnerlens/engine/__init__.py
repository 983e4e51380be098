"""The engines that run statements over facts; the only room that knows DuckDB (or Spark)."""
