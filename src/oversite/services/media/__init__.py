"""The media process: receives, records and serves pictures; one process per core, streams sharded between them."""
