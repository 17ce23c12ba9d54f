"""The portal's shared foundations; the apps above it import from here, never the other way."""
