"""What every part stands on: audit, events, jobs, numbers, agencies, accounts, sites, documents."""
