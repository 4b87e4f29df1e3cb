"""What people do from beginning to end, in a real Chromium, with scripts and without, in English and in French."""
