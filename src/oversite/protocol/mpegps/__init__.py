"""MPEG-2 program stream (ISO/IEC 13818-1) as GB/T 28181 carries it: access units in, bytes out, and back."""
