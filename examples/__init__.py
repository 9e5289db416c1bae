"""Programs that show b24bridge at work."""
