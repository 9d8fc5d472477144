"""A simulated vision-language model that truly reads the pictures it is sent, and films made for it."""
