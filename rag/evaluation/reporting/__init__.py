"""A run as a page: report.html, and what the page of the chat shares with it."""
