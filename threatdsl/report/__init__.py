"""Assessment to documents: diagrams, the page, the PDF, registers, and files for pipelines."""
