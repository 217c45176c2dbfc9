"""The main job, run once and headless through the product's own door, with figures and a verdict."""
