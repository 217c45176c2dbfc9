"""SIP (RFC 3261) as GB/T 28181 devices speak it: messages, transactions, dialogs, digest."""
