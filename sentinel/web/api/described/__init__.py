"""The API's operations as OpenAPI has them, one file a room."""
