"""How migrations run: on the connection that the store hands over, in one transaction."""

from alembic import context

from partnerlens.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
