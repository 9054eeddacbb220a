"""How two models differ, in every form."""
