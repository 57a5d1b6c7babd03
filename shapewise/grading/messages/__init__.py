"""What crosses between the processes: wire, verdicts, limits, prepared keys."""
