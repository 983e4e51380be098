"""How migrations run: on the connection that the register hands over, in one transaction."""

from alembic import context

from partnerlens.access.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
