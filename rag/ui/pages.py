"""The files of the pages, for those who link to them."""

from pathlib import Path

_HERE = Path(__file__).parent

CHAT = str(_HERE / "chat_page.py")
LIBRARY = str(_HERE / "library_page.py")
SEARCH = str(_HERE / "search_page.py")
SETTINGS = str(_HERE / "settings_page.py")
EVALUATION = str(_HERE / "evaluation_page.py")
