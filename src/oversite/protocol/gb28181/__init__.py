"""GB/T 28181-2022 above SIP: identities, SSRC pools, MANSCDP messages, PTZ commands, MANSRTSP, dialects and clocks."""
