"""Fragmented MP4 (ISO/IEC 14496-12): written for files and browsers, read back after any truncation."""
