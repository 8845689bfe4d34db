"""Links, codes and passwords of rooms: derived from a per-room seed, never stored (decision 0002).

The agent's card must show them at any hour and the reminder must carry them a week later, yet the
database alone must open nothing. So each is an HMAC (RFC 2104) of the room's seed under the secret
key, and what is stored to recognise it is a second, keyed digest.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote

from kiosk.calls.model import Room
from kiosk.language.typed import ascii_digits, like_latin, plain

LINK_BYTES = 16
TOKEN_LENGTH = 22
"""Signs of a link's secret: 16 bytes in URL-safe base64 (RFC 4648 §5) without padding."""

CODE_DIGITS = 9
SYLLABLES_IN_A_PASSWORD = 3
# No letter that is misheard on the phone (m/n, p/b, s/f) twice, none that reads like a digit.
CONSONANTS = "bdfgjklmprtvz"
VOWELS = "aeiou"
PASSWORD = re.compile(rf"(?:[{CONSONANTS}][{VOWELS}]){{{SYLLABLES_IN_A_PASSWORD}}}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a room: ``token`` (22 URL-safe characters), ``code`` (9 digits), ``password``."""

    token: str
    code: str
    password: str

    @property
    def spoken_code(self) -> str:
        """The code in threes, as it is printed and read aloud: ``123 456 789``."""
        return " ".join(self.code[i : i + 3] for i in range(0, CODE_DIGITS, 3))


class RoomKeys:
    """Makes and recognises the credentials of rooms, under one secret key."""

    def __init__(self, secret_key: str) -> None:
        self._derive_key = hmac.digest(secret_key.encode(), b"room credentials", sha256)
        self._digest_key = hmac.digest(secret_key.encode(), b"room digests", sha256)

    def credentials(self, seed: bytes, generation: int) -> Credentials:
        """Derive the credentials of a room from its seed and generation."""

        def material(purpose: str) -> bytes:
            message = purpose.encode() + seed + generation.to_bytes(4, "big")
            return hmac.digest(self._derive_key, message, sha256)

        token = urlsafe_b64encode(material("link")[:LINK_BYTES]).rstrip(b"=").decode()
        number = int.from_bytes(material("code"), "big") % 10**CODE_DIGITS
        password = _syllables(int.from_bytes(material("password"), "big"))
        return Credentials(token=token, code=f"{number:0{CODE_DIGITS}d}", password=password)

    def of(self, room: Room) -> Credentials:
        """Return the credentials that open this room today."""
        return self.credentials(room.seed, room.generation)

    def draw(self, room: Room) -> Credentials:
        """Give the room fresh credentials (a new seed) and store their digests on it."""
        room.seed = secrets.token_bytes(16)
        room.generation = (room.generation or 0) + 1
        credentials = self.of(room)
        room.link_digest = self.digest("link", credentials.token)
        room.code_digest = self.digest("code", credentials.code)
        room.password_digest = self.digest("password", credentials.password)
        return credentials

    def digest(self, kind: str, value: str) -> str:
        """Return the keyed digest (64 hexadecimal digits) under which a secret is stored."""
        return hmac.new(self._digest_key, f"{kind}:{value}".encode(), sha256).hexdigest()

    def same_password(self, room: Room, typed: str) -> bool:
        """Tell, in constant time, whether this is the room's password."""
        return hmac.compare_digest(
            self.digest("password", clean_password(typed)), room.password_digest
        )


def clean_token(typed: str) -> str | None:
    """Return the secret in a link, or in what a program has made of it; None when it is cut.

    Takes the secret alone, the fragment, or the whole address. Messengers and mail programs add
    a full stop, a bracket, ``?fbclid=1``; they encode the ``#``, and break the line.
    """
    text = plain(_decoded(typed)).translate(_BENT_SIGNS)
    before, mark, after = text.partition("#")
    text = after if mark else re.split(r"[?&]", before.rpartition("/rdv")[2])[0]
    # As it stands, then with its breaks closed: a second word must not complete a cut secret.
    for candidate in (text, _LINE_BREAK.sub("", text)):
        found = _TOKEN.search(candidate)
        if found:
            return found.group()
    return None


def clean_code(typed: str) -> str:
    """Return the digits of a typed code, of any script, as ASCII.

    Spaces, dots and dashes are how people write it, and a pasted line has words around it: among
    more digits than a code has, the only group of nine is the code.
    """
    text = ascii_digits(typed)
    if _ONLY_DIGITS.fullmatch(text):
        text = text.translate(_LIKE_DIGITS)
    digits = re.sub(r"[^0-9]", "", text)
    if digits[:CODE_DIGITS] == digits[CODE_DIGITS:]:
        return digits[:CODE_DIGITS]  # pasted twice
    if len(digits) <= CODE_DIGITS:
        return digits
    found = {re.sub(r"[^0-9]", "", group) for group in _CODE_IN_A_LINE.findall(text)}
    return found.pop() if len(found) == 1 else digits


def clean_password(typed: str) -> str:
    """Return the password in what was typed or pasted, in lower case; else only its letters.

    A phone keyboard capitalises, corrects accents and adds spaces, other keyboards have letters
    that look like ours, and a pasted line has words around the password. A digit stands for the
    letter that looks like it and may be at its place.
    """
    text = _latin(plain(typed).lower())
    found = map(_with_letters, re.findall(r"[a-z0-9]+", text))
    passwords = {word for word in found if PASSWORD.fullmatch(word)}
    whole = _with_letters(re.sub(r"[^a-z0-9]", "", text))
    if PASSWORD.fullmatch(whole):
        return whole
    if len(passwords) == 1:
        return passwords.pop()
    after = re.sub(r"[^a-z]", "", text.rpartition(":")[2])
    return after or re.sub(r"[^a-z]", "", text)


_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_LINE_BREAK = re.compile(r"=?[\r\n\t]+ *")
"""With the ``=`` of quoted-printable (RFC 2045 §6.7), where a program left it."""

_BENT_SIGNS = str.maketrans(
    {"\\": None, **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")}
)
"""What word processors and Markdown make of ``-`` and ``_``."""

_ONLY_DIGITS = re.compile(r"(?=.*[0-9])[0-9OoIl|\s.,/_-]*", re.DOTALL)
_LIKE_DIGITS = str.maketrans("OoIl|", "00111")
"""In a code (static/js/components/code-input.js does the same)."""

_LIKE_CONSONANTS, _LIKE_VOWELS = str.maketrans("1269", "lzbg"), str.maketrans("01", "oi")
_CODE_IN_A_LINE = re.compile(r"(?<![0-9])[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{3}(?![0-9])")
_TIMES_ENCODED = 3
"""A tracker encodes an address inside an address: ``#`` becomes ``%23``, then ``%2523``."""


def _decoded(typed: str) -> str:
    for _ in range(_TIMES_ENCODED):
        typed = unquote(typed)
    return typed


def _latin(text: str) -> str:
    """Return the text with Cyrillic look-alikes as Latin letters, without accents."""
    signs = unicodedata.normalize("NFD", like_latin(text).replace("ı", "i"))
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def _with_letters(word: str) -> str:
    """Return a word with its digits as the letters that may be at their place in a password."""
    tables = (_LIKE_CONSONANTS, _LIKE_VOWELS)
    return "".join(sign.translate(tables[place % 2]) for place, sign in enumerate(word))


def _syllables(number: int) -> str:
    letters = []
    for _ in range(SYLLABLES_IN_A_PASSWORD):
        number, consonant = divmod(number, len(CONSONANTS))
        number, vowel = divmod(number, len(VOWELS))
        letters.append(CONSONANTS[consonant] + VOWELS[vowel])
    return "".join(letters)
