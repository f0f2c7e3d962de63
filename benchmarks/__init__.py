"""What `make bench` and `quantrail eval` measure, and the data they measure on."""
