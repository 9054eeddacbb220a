"""What tools of the pipeline found: result files to observations, and checks to verdicts."""
