"""Signing in at a provider by OpenID Connect: what it says of itself, its tokens, and a sign-in on its way."""
