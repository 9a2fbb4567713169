"""The browser chat: its layout, its messages, its source panel and what guards them."""
