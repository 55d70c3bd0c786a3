"""Interfaces for programs: REST with its OpenAPI page, OpenAI's chat completions, MCP tools and Prometheus metrics."""
