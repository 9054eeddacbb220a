"""How a model and its infrastructure differ, in every form."""
