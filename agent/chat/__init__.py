"""Conversations: follow-ups, and what is kept between questions."""
