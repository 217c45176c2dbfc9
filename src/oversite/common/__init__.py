"""Clock, configuration, errors, keys and slots: small, and without a word of law or trade."""
