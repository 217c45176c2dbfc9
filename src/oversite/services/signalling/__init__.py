"""The SIP server: devices register here, and only here streams are started."""
