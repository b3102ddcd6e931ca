"""Is the sound good enough to say anything about: level, noise, hum, rhythm."""
