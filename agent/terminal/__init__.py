"""What people see: events on a terminal, and one run as a page."""
