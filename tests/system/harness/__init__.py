"""What the system tests are written with: the daemon, real peers, and a scripted SIP peer for what real ones never do."""
