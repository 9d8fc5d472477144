"""What this machine, these models and this library can do, and what to change."""
