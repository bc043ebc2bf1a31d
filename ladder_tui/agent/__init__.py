"""The turn loop of one agent: prompt, limits, tool use, retries, structured output."""
