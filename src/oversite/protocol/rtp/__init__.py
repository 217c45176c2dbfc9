"""RTP and RTCP (RFC 3550), its framing on TCP (RFC 4571), and received streams with reordering and repair."""
