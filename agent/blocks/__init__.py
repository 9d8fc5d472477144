"""The building blocks that published agents share; each is a method of `Run`."""
