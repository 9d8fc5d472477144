"""What sees and remembers: readers, segmenters, perceptions, models, the library."""
