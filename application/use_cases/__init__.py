"""One verb phrase a file, one class a file; none imports another."""
