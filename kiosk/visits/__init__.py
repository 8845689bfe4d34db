"""Visits: one citizen's way in, from the first page to the end of the call.

Steps as data, progress, check results, state. A visit needs a room, not an appointment. How a
request finds its visit (cookie, device token, account, API key) is the matter of each HTTP edge;
:mod:`kiosk.visits.finding` has one function for each (decision 0231). No Flask and no sentence.
"""
