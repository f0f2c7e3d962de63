"""The reference implementation of every port: nothing outlives the process."""
