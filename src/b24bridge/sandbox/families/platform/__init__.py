"""Methods of the platform itself: who am I, what is there, what time is it."""
