"""Other programs ask here: over HTTP on the chat's server, and over MCP."""
