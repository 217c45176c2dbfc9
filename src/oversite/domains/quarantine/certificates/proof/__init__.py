"""What proves a certificate without a server: claims, signature, carrier, revocations, verdict. Pure, no Django."""
