"""Reports to work on: Markdown for wikis, registers as CSV and spreadsheet, JSON for programs."""
