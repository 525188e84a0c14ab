"""The server for a browser or a record system: pages, JSON and CDS Hooks. FastAPI is imported by `create_app` only."""
