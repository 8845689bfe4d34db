"""What an agent reads about each check, and the ready sentences they can send to the citizen.

Keys are the codes of :mod:`kiosk.readiness.verdicts`; a test asks for words for every one.
"""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext
from flask_babel import lazy_gettext as _

from kiosk.readiness.vocabulary import Level

CHECK_NAMES: dict[str, LazyString] = {
    "device": _("Appareil"),
    "camera": _("Caméra"),
    "microphone": _("Micro"),
    "picture": _("Image"),
    "voice": _("Voix"),
    "sound": _("Son"),
    "network": _("Connexion"),
}

LEVELS: dict[str, tuple[str, LazyString]] = {
    Level.GOOD: ("passed", _("bon")),
    Level.FAIR: ("lowered", _("moyen")),
    Level.BAD: ("failed", _("mauvais")),
    Level.UNAVAILABLE: ("failed", _("absent")),
    Level.REFUSED: ("failed", _("refusé")),
    Level.SKIPPED: ("skipped", _("passé")),
    Level.UNKNOWN: ("skipped", _("non mesuré")),
}
"""For each level of a check: the state that chooses its icon, and its word."""

FINDINGS: dict[str, LazyString] = {
    "device.good": _("Appareil et navigateur conviennent."),
    "device.outdated": _("Le navigateur est ancien."),
    "device.in_app": _("La page est ouverte dans une autre application, pas dans un navigateur."),
    "device.unsupported": _("Ce navigateur ne sait pas faire de visio."),
    "device.insecure": _("La page n'est pas ouverte par une adresse sécurisée."),
    "device.skipped": _("Étape passée : appareil."),
    "camera.good": _("La caméra est autorisée."),
    "camera.dismissed": _("La question sur la caméra a été fermée sans réponse."),
    "camera.denied": _("La caméra est refusée dans le navigateur."),
    "camera.blocked_by_system": _("L'appareil interdit la caméra au navigateur."),
    "camera.not_found": _("Aucune caméra n'est branchée."),
    "camera.in_use": _("La caméra sert déjà à un autre logiciel."),
    "camera.unsuitable": _("La caméra ne donne pas d'image utilisable."),
    "camera.aborted": _("La caméra s'est arrêtée en s'allumant."),
    "camera.timeout": _("La caméra n'a pas répondu à temps."),
    "camera.insecure": _("La page n'est pas sécurisée : la caméra est interdite."),
    "camera.unsupported": _("Ce navigateur ne sait pas utiliser la caméra."),
    "camera.skipped": _("Étape passée : caméra."),
    "microphone.good": _("Le micro est autorisé."),
    "microphone.dismissed": _("La question sur le micro a été fermée sans réponse."),
    "microphone.denied": _("Le micro est refusé dans le navigateur."),
    "microphone.blocked_by_system": _("L'appareil interdit le micro au navigateur."),
    "microphone.not_found": _("Aucun micro n'est branché."),
    "microphone.in_use": _("Le micro sert déjà à un autre logiciel."),
    "microphone.unsuitable": _("Le micro ne donne pas de son utilisable."),
    "microphone.aborted": _("Le micro s'est arrêté en s'allumant."),
    "microphone.timeout": _("Le micro n'a pas répondu à temps."),
    "microphone.insecure": _("La page n'est pas sécurisée : le micro est interdit."),
    "microphone.unsupported": _("Ce navigateur ne sait pas utiliser le micro."),
    "microphone.skipped": _("Étape passée : micro."),
    "picture.good": _("L'image est bonne."),
    "picture.dark": _("L'image est sombre."),
    "picture.slow": _("L'image est saccadée."),
    "picture.black": _("L'image est noire : la caméra est peut-être cachée."),
    "picture.frozen": _("L'image est figée."),
    "picture.lost": _("L'image s'est arrêtée."),
    "picture.no_image": _("La caméra ne donne pas d'image."),
    "picture.not_measured": _("Le navigateur ne sait pas mesurer l'image : elle peut être bonne."),
    "picture.skipped": _("Étape passée : image."),
    "voice.good": _("On entend bien la voix."),
    "voice.quiet": _("La voix est faible."),
    "voice.silent": _("Le micro n'entend rien."),
    "voice.unmoved": _("La personne ne voit pas la barre du son bouger."),
    "voice.lost": _("Le micro s'est arrêté."),
    "voice.not_measured": _("Le navigateur ne sait pas mesurer la voix : elle peut être bonne."),
    "voice.skipped": _("Étape passée : voix."),
    "sound.good": _("La personne entend le son."),
    "sound.unheard": _("La personne n'entend pas le son."),
    "sound.unsupported": _("Ce navigateur n'a pas pu jouer le son."),
    "sound.skipped": _("Étape passée : son."),
    "network.good": _("La connexion est bonne."),
    "network.weak": _("La connexion est faible."),
    "network.poor": _("La connexion est trop mauvaise pour la visio."),
    "network.blocked": _("Le réseau bloque la visio."),
    "network.timeout": _("La connexion n'a pas répondu à temps."),
    "network.unavailable": _("La connexion n'a pas pu être mesurée."),
    "network.not_measured": _(
        "Le navigateur ne sait pas mesurer la connexion : elle peut être bonne."
    ),
    "network.skipped": _("Étape passée : connexion."),
}

_LOCK = _("Cliquez sur le cadenas à gauche de l'adresse, puis autorisez la caméra.")
_LOCK_MICROPHONE = _("Cliquez sur le cadenas à gauche de l'adresse, puis autorisez le micro.")
_OTHER_SOFTWARE = _("Fermez les autres logiciels de visio, puis appuyez sur « Réessayer ».")
_SETTINGS = _(
    "Dans les réglages de votre appareil, autorisez la caméra et le micro pour le navigateur."
)
_WITHOUT_CAMERA = _("Vous pouvez passer cette étape : nous parlerons sans image.")
_CALL_YOU = _("Je vous appelle par téléphone dans quelques minutes.")

_PHRASES: dict[str, tuple[LazyString, ...]] = {
    "device": (
        _("Ouvrez le lien dans Chrome, Firefox, Edge ou Safari."),
        _("Mettez votre navigateur à jour, puis ouvrez de nouveau le lien."),
    ),
    "camera": (_LOCK, _WITHOUT_CAMERA),
    "camera.blocked_by_system": (_SETTINGS, _WITHOUT_CAMERA),
    "camera.in_use": (_OTHER_SOFTWARE, _WITHOUT_CAMERA),
    "camera.not_found": (
        _("Vérifiez que la caméra est bien branchée, puis appuyez sur « Réessayer »."),
        _WITHOUT_CAMERA,
    ),
    "microphone": (_LOCK_MICROPHONE, _CALL_YOU),
    "microphone.blocked_by_system": (_SETTINGS, _CALL_YOU),
    "microphone.in_use": (_OTHER_SOFTWARE, _CALL_YOU),
    "microphone.not_found": (
        _("Vérifiez que le micro est bien branché, puis appuyez sur « Réessayer »."),
        _CALL_YOU,
    ),
    "picture": (
        _("Vérifiez que rien ne cache la caméra et tournez-vous vers la lumière."),
        _WITHOUT_CAMERA,
    ),
    "voice": (
        _("Parlez plus près du micro et vérifiez qu'il n'est pas coupé."),
        _CALL_YOU,
    ),
    "sound": (
        _("Montez le volume de votre appareil et débranchez vos écouteurs."),
        _CALL_YOU,
    ),
    "network": (
        _("Rapprochez-vous de votre box Internet, puis appuyez sur « Réessayer »."),
        _CALL_YOU,
    ),
}

_ALWAYS = (
    _("Bonjour, je vois où vous en êtes. Je vous aide."),
    _("Vous pouvez passer cette étape et continuer."),
    _("Je vous fais entrer tout de suite."),
)


def finding(code: str) -> str:
    """Return the sentence for a check's code; an unknown code gets a general sentence."""
    return str(FINDINGS.get(code) or lazy_gettext("Quelque chose n'a pas marché à cette étape."))


def phrases_for(*codes: str | None) -> list[LazyString]:
    """Return the ready sentences for these codes: the precise ones first, each once."""
    offered: list[LazyString] = []
    for code in filter(None, codes):
        offered += _PHRASES.get(code) or _PHRASES.get(code.partition(".")[0], ())
    return list({str(phrase): phrase for phrase in (*offered, *_ALWAYS)}.values())
