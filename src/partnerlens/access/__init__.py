"""Who may see what: users, roles, sessions and tokens, and the desk that every door of the server asks through."""
