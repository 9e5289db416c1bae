"""What belongs to a task: checklist, comments, results, stages (rows 45, 49, 55 of the catalogue)."""
