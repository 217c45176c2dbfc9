"""What the domain plugs in: its site class, who steers there, the checklist, the record sheet."""

from pathlib import Path

HERE = Path(__file__).parent
FARM = "aquaculture-farm"
ANNEX_1 = "aquaculture.annex-1"
