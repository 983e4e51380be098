"""What the words mean: fact contracts, metrics, policies and results, as frozen data without I/O."""
