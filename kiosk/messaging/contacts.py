"""E-mail addresses and phone numbers, as people write them, and the form in which they are kept."""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from kiosk.errors import KioskError

LONGEST_EMAIL = 254
"""RFC 5321 §4.5.3.1.3: a path is at most 256 octets, brackets included."""

_WITHOUT_SMS = {PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE}


class BadEmail(KioskError):
    """What was typed is not an e-mail address."""

    code = "contact.bad_email"


class BadPhone(KioskError):
    """What was typed is not a phone number."""

    code = "contact.bad_phone"


def normalise_email(raw: str) -> str:
    """Return the address with its domain in lower case; raise BadEmail.

    Only the form is checked, not whether the domain exists: a booking never waits for the
    network. A wrong address shows in the message's receipt.
    """
    try:
        checked = validate_email(raw.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise BadEmail from error
    if len(checked.normalized) > LONGEST_EMAIL:
        raise BadEmail
    return checked.normalized


def normalise_phone(raw: str, region: str) -> str:
    """Return the number in E.164 (``+33639980042``); raise BadPhone.

    ``region`` is the house's territory (``FR``, ``RE``…): 0692… is a Réunion number when it is
    typed there. Possible numbers are accepted, not only assigned ones (the regulator's fictional
    numbers are possible). Letters are refused: a typed O would be dialled as a 6.
    """
    if re.search(r"[^\W\d_]", raw):
        raise BadPhone
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException as error:
        raise BadPhone from error
    if not phonenumbers.is_possible_number(number):
        raise BadPhone
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def may_receive_sms(number: str) -> bool:
    """Return whether this E.164 number can get an SMS: False only for known fixed lines."""
    parsed = phonenumbers.parse(number)
    return phonenumbers.number_type(parsed) not in _WITHOUT_SMS


def display_phone(number: str) -> str:
    """Return an E.164 number the way its own country writes it: ``05 55 12 34 56``."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))
