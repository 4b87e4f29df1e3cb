"""What the code as a whole must be: import direction, access marks, texts in both languages, true papers."""
