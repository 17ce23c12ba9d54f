"""What each person comes home to: what needs them, what they wait for, the pictures of their roles."""
