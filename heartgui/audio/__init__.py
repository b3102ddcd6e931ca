"""Sound in and out: devices, files, takes on disk, playback. No Qt."""
