"""What carries mentions between processes: from those that take them in to the one that folds a partition."""
