"""Real GB/T 28181 devices on demand: they register, answer, stream, record, raise alarms and misbehave when told to.

They stand on `protocol` alone and speak to any platform, not only to this one.
"""
