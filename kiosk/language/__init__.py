"""Language: dates, hours, numbers, direction, typography and catalogues, for page, message, paper.

Ground: no Flask, no SQL, nothing of the application but its settings. Which language a *request*
uses is decided in :mod:`kiosk.web.i18n`. Decisions 0220 (date forms) and 0221 (catalogues).
"""
