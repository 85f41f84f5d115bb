"""The desk in a browser: agents see queues and cases with what is personal masked, answer, and review claims."""
