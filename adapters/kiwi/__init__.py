"""Korean morphology in this process."""
