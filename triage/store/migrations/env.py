"""How Alembic runs here: on the connection that `upgrade` hands it, inside its transaction."""

from alembic import context

from triage.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
