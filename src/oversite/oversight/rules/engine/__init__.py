"""The pure core: rulebooks and facts in, findings and plans out; no clock, no database, no framework."""
