"""The version of this package, read by the build and imported by whatever states it."""

__version__ = "0.2.0"
