"""What app.py draws: the chat in the browser."""
