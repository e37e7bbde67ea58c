"""The subcommands of `maskfacegan`, one a file."""
