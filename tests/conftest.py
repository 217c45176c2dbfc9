"""What every test stands on: a throw-away data folder, so that no test meets another's files."""

import tempfile
from pathlib import Path

from oversite.common import config

config.use(config.load({"data_dir": Path(tempfile.mkdtemp(prefix="oversite-test-"))}, environ={}))
