"""Where data enters: one source, one file. A source yields batches; the runner commits them and notices silence."""
