"""E-mail addresses and phone numbers, as people write them, and the form in which they are kept."""

from __future__ import annotations

import os
import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from kiosk.errors import KioskError
from kiosk.language.typed import ascii_digits, like_latin, plain

LONGEST_EMAIL = 254
"""RFC 5321 §4.5.3.1.3: a path is at most 256 octets, brackets included."""

_WITH_SMS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
"""``09…`` numbers (VOIP) ring a box at home; ``08…`` are services."""

_FICTIONAL_MOBILE = re.compile(r"\+3363998\d{4}|\+447700900\d{3}")
"""Given to nobody, by the regulators' word (Arcep 2018-0881, Ofcom): for examples and tests."""

_DIGITS_IN_FRANCE = 10

_TERRITORIES = ("FR", "GP", "MQ", "GF", "RE", "YT")
"""Those whose numbers have ten digits from 0 on, so that a person may leave the prefix out."""

_DIALLED_TO_MIQUELON = re.compile(r"0508(\d{6})")
"""How Saint-Pierre-et-Miquelon is dialled from the other territories; its own numbers have six."""

_LABEL = re.compile(r"[^\W\d_]+ ?[.:]+ ?:? ?")
"""``Tél. :``, ``Port.`` or ``tel:`` in front of a number that is pasted."""

_REMARK = re.compile(r"\([^\W\d_]+(?: [^\W\d_]+)*\)$")
"""``(sa fille)`` behind it."""

_PROVIDERS = (
    "gmail.com",
    "hotmail.com",
    "hotmail.fr",
    "outlook.com",
    "outlook.fr",
    "orange.fr",
) + (("wanadoo.fr", "laposte.net", "yahoo.fr", "yahoo.com", "icloud.com", "live.fr", "free.fr"))
"""Where most citizens have their address."""

_LIKE_PROVIDERS = frozenset(
    {"ymail.com", "email.com", "mail.com", "yahoo.co", "fred.fr", "tree.fr"}
)
"""Names that are close to those and others' own."""

_SHORTEST_DOUBTED = 8
"""A shorter name has too many neighbours."""

_NAMES_MEANT = {"gmail.fr": "gmail.com"}

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[_,'’·]+(?=\d)")

_BEFORE_ADDRESS = re.compile(r"[<\s]*(?:mailto:)?", re.IGNORECASE)
_BEHIND_ADDRESS = re.compile(r"(?:\?[^@]*)?[>.,;\s]*$")
"""What a program copies along with an address; a second address is not among it."""


class BadEmail(KioskError):
    """What was typed is not an e-mail address."""

    code = "contact.bad_email"


class BadPhone(KioskError):
    """What was typed is not a phone number."""

    code = "contact.bad_phone"


def normalise_email(raw: str) -> str:
    """Return the address with its domain in lower case; raise BadEmail.

    Only the form is checked, not whether the domain exists: a booking never waits for the
    network. A wrong address shows in the message's receipt. What a program copies along is left
    out: brackets, ``mailto:``, a full stop, signs that show nothing.
    """
    typed = plain(raw).strip()
    typed = _BEHIND_ADDRESS.sub("", typed[_prefix(_BEFORE_ADDRESS, typed) :], count=1)
    if re.search("[A-Za-z]", typed.partition("@")[0]):
        typed = like_latin(typed)  # from a keyboard that was changed over in the middle
    try:
        checked = validate_email(typed, check_deliverability=False)
    except EmailNotValidError as error:
        raise BadEmail from error
    if len(checked.normalized) > LONGEST_EMAIL:
        raise BadEmail
    return checked.normalized


def likely_meant(address: str) -> str:
    """Return the address that somebody meant whose domain is a provider's but for one slip.

    Empty when nothing is doubted. Nothing is corrected unasked: a name close to a provider's may be
    somebody's own.
    """
    local, _, domain = address.rpartition("@")
    if domain in _PROVIDERS or domain in _LIKE_PROVIDERS:
        return ""
    near = [one for one in _PROVIDERS if len(one) >= _SHORTEST_DOUBTED and _one_slip(domain, one)]
    meant = _NAMES_MEANT.get(domain) or (near[0] if len(near) == 1 else "")
    return f"{local}@{meant}" if meant else ""


def _one_slip(typed: str, meant: str) -> bool:
    """Tell whether one sign is missing, too much, another one, or swapped with its neighbour."""
    start = len(os.path.commonprefix([typed, meant]))
    rest, wanted = typed[start:], meant[start:]
    if rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:]:
        return True
    return rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]


def normalise_phone(raw: str, region: str) -> str:
    """Return the number in E.164 (``+33639980042``); raise BadPhone.

    Its code is ``contact.no_such_phone`` where no digit is missing. ``region`` is the house's
    territory (``FR``, ``RE``…). A number that is not valid there but is in another French
    territory is read there: 0692… is a number of La Réunion wherever it is typed. One with fewer
    digits than that is never: six digits of a mobile are a number of Saint-Pierre-et-Miquelon.
    Letters are refused, but for a word in front or behind: a typed O would be dialled as a 6.
    """
    typed = plain(raw).strip()
    typed = _REMARK.sub("", typed[_prefix(_LABEL, typed) :]).strip()
    if re.search(r"[^\W\d_]", typed):
        raise BadPhone
    typed = _BETWEEN_DIGITS.sub(" ", typed)
    dialled = _DIALLED_TO_MIQUELON.fullmatch(re.sub(r"[ .-]", "", ascii_digits(typed)))
    number = _read(dialled[1], "PM") if dialled else None
    for territory in (region, *(_TERRITORIES if _has_enough_digits(typed) else ())):
        number = number or _read(typed, territory)
    if number is not None:
        return number
    raise BadPhone("contact.no_such_phone" if _has_enough_digits(typed) else None)


def may_receive_sms(number: str) -> bool:
    """Return whether this E.164 number can get an SMS: mobiles can, and what may be one."""
    if _FICTIONAL_MOBILE.fullmatch(number):
        return True
    return phonenumbers.number_type(phonenumbers.parse(number)) in _WITH_SMS


def _prefix(form: re.Pattern[str], typed: str) -> int:
    """Return the length of what ``form`` matches at the beginning."""
    found = form.match(typed)
    return found.end() if found else 0


def _has_enough_digits(typed: str) -> bool:
    return sum(sign.isdecimal() for sign in typed) >= _DIGITS_IN_FRANCE


def _read(typed: str, territory: str) -> str | None:
    """Return the number in E.164 if it is valid as typed in this territory."""
    try:
        number = phonenumbers.parse(typed, territory)
    except phonenumbers.NumberParseException:
        return None
    written = str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    is_valid = phonenumbers.is_valid_number(number) or _FICTIONAL_MOBILE.fullmatch(written)
    return written if is_valid else None


def display_phone(number: str) -> str:
    """Return an E.164 number the way its own country writes it: ``05 55 12 34 56``."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))
