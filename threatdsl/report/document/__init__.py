"""The review document as a PDF."""
