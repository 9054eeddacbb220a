"""Attack paths: how an attacker gets from where attacks begin to the data at stake."""
