"""The warm server: imports once, forks, makes the sandbox. It reads no notebook."""
