"""The video network as the platform sees it: cameras, who may steer and watch them, what was recorded."""
