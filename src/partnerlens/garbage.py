"""Python's search for garbage, which stops every thread, and what it passes over."""

import gc


def put_aside() -> None:
    """Search once, and let later searches pass over what is in use now; it still goes when nobody refers to it."""
    gc.collect()
    gc.freeze()


def search_everything() -> None:
    """Search among what was put aside as well."""
    gc.unfreeze()
    gc.collect()
