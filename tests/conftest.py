"""What every test stands on: a throw-away data folder and, where the environment names one, a database server."""

import os
import tempfile
from pathlib import Path

from oversite.common import config

DATABASE = {name: value for name, value in os.environ.items() if name == "OVERSITE_DATABASE_URL"}

config.use(config.load({"data_dir": Path(tempfile.mkdtemp(prefix="oversite-test-"))}, environ=DATABASE))
