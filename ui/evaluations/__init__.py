"""Question sets asked, measured and compared: the commands and the tab 评测."""
