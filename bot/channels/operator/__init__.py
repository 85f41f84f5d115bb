"""The operator's page: a look at where everything stands, for whoever has the link."""
