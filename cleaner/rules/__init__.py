"""Rules as data: one TOML file for each subject."""
