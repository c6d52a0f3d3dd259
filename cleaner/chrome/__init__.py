"""Content or chrome: phrases, features, the judge, site templates."""
