"""CRM directories: kinds of smart processes, pipelines, statuses and stages."""
