"""The checkout service of the web shop, and abuse cases that it has to withstand."""
