"""The grammar files of the language, read by threatdsl.syntax."""
