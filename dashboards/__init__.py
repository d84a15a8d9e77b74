"""Dashboards for Grafana and rules for Prometheus, as code."""
