"""What call-offs' pages show and what awards rest on; everything is fetched through the viewer."""
