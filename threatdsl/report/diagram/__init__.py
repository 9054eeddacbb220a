"""Data-flow diagrams: what is drawn, the views of a model, layout by Graphviz, and the files made of it."""
