"""How people reach gongwen: browser, JSON and terminal."""
