"""SmolLM2-135M-Instruct in this process, run by llama.cpp."""
