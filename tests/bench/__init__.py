"""`./portal bench`: each page's time as a multiple of a floor page's, measured in the same run."""
