"""Placement rules as data: rulebooks, judging a site by them, planning its cameras (req: C-eval, C-plan)."""
