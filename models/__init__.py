"""The prelude, the libraries, the threat rules and the example models, all in the language itself."""
