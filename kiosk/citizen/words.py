"""What a citizen reads for each verdict and each refusal: a sentence, then what to do.

The codes are :func:`kiosk.readiness.verdicts.codes`; a test checks that each has its words.
"""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

from kiosk.calls.model import Refusal
from kiosk.readiness.checks import Use

Pair = tuple[LazyString, LazyString]

_ = lazy_gettext

_CAMERA: dict[str, Pair] = {
    "good": (_("Votre caméra est autorisée."), _("Vous pouvez continuer.")),
    "dismissed": (
        _("La question a été fermée sans réponse."),
        _("Touchez de nouveau le bouton, puis choisissez « Autoriser »."),
    ),
    "denied": (
        _("Votre navigateur bloque la caméra."),
        _("Suivez les indications ci-dessous. La page continue dès que c'est fait."),
    ),
    "blocked_by_system": (
        _("Votre appareil bloque la caméra."),
        _("Autorisez-la dans les réglages de l'appareil, comme indiqué ci-dessous."),
    ),
    "not_found": (
        _("Nous ne trouvons pas de caméra."),
        _("Si elle se branche, vérifiez son câble. Sinon, continuez : le son suffit."),
    ),
    "in_use": (
        _("Une autre application utilise la caméra."),
        _("Fermez les autres applications de visio, puis réessayez."),
    ),
    "unsuitable": (
        _("Cette caméra ne convient pas."),
        _("Branchez une autre caméra, ou continuez avec le son seul."),
    ),
    "aborted": (
        _("La caméra n'a pas démarré."),
        _("Réessayez. Si cela continue, débranchez-la puis rebranchez-la."),
    ),
    "timeout": (
        _("La caméra ne répond pas."),
        _("Regardez si une question attend en haut de l'écran, puis réessayez."),
    ),
    "insecure": (
        _("L'adresse de cette page ne permet pas d'utiliser la caméra."),
        _("Revenez par le lien de votre message, ou téléphonez."),
    ),
    "unsupported": (
        _("Ce navigateur ne sait pas utiliser la caméra."),
        _("Ouvrez votre lien dans un autre navigateur, ou téléphonez."),
    ),
    "skipped": (_("Vous avez passé cette étape."), _("Vous pourrez y revenir.")),
}

_MICROPHONE: dict[str, Pair] = {
    "good": (_("Votre micro est autorisé."), _("Vous pouvez continuer.")),
    "dismissed": _CAMERA["dismissed"],
    "denied": (
        _("Votre navigateur bloque le micro."),
        _("Suivez les indications ci-dessous. La page continue dès que c'est fait."),
    ),
    "blocked_by_system": (
        _("Votre appareil bloque le micro."),
        _("Autorisez-le dans les réglages de l'appareil, comme indiqué ci-dessous."),
    ),
    "not_found": (
        _("Nous ne trouvons pas de micro."),
        _("Branchez un casque avec micro, ou gardez votre téléphone près de vous."),
    ),
    "in_use": (
        _("Une autre application utilise le micro."),
        _("Fermez les autres applications de visio, puis réessayez."),
    ),
    "unsuitable": (
        _("Ce micro ne convient pas."),
        _("Branchez un autre micro, ou gardez votre téléphone près de vous."),
    ),
    "aborted": (
        _("Le micro n'a pas démarré."),
        _("Réessayez. Si cela continue, débranchez-le puis rebranchez-le."),
    ),
    "timeout": (
        _("Le micro ne répond pas."),
        _("Regardez si une question attend en haut de l'écran, puis réessayez."),
    ),
    "insecure": (
        _("L'adresse de cette page ne permet pas d'utiliser le micro."),
        _("Revenez par le lien de votre message, ou téléphonez."),
    ),
    "unsupported": (
        _("Ce navigateur ne sait pas utiliser le micro."),
        _("Ouvrez votre lien dans un autre navigateur, ou téléphonez."),
    ),
    "skipped": _CAMERA["skipped"],
}

_OTHERS: dict[str, Pair] = {
    "device.good": (_("Votre appareil convient."), _("Vous pouvez continuer.")),
    "device.outdated": (
        _("Votre navigateur est ancien."),
        _("La visio peut marcher quand même. Si elle marche mal, mettez-le à jour."),
    ),
    "device.in_app": (
        _("Cette page est ouverte à l'intérieur d'une autre application."),
        _("Copiez votre lien et ouvrez-le dans votre navigateur habituel."),
    ),
    "device.unsupported": (
        _("Ce navigateur ne permet pas la visio."),
        _("Ouvrez votre lien dans Firefox, Chrome, Edge ou Safari, ou téléphonez."),
    ),
    "device.insecure": (
        _("L'adresse de cette page n'est pas protégée."),
        _("Revenez par le lien de votre message, ou téléphonez."),
    ),
    "device.skipped": _CAMERA["skipped"],
    "picture.good": (_("On vous voit bien."), _("Vous pouvez continuer.")),
    "picture.dark": (
        _("L'image est sombre."),
        _("Allumez une lampe ou tournez-vous vers la fenêtre."),
    ),
    "picture.slow": (
        _("L'image avance lentement."),
        _("Fermez les autres applications si vous le pouvez."),
    ),
    "picture.black": (
        _("L'image est noire."),
        _("La caméra est peut-être cachée : cherchez un petit volet ou un autocollant devant."),
    ),
    "picture.frozen": (
        _("L'image ne bouge pas."),
        _("Bougez la main devant la caméra. Si rien ne change, réessayez."),
    ),
    "picture.lost": (
        _("La caméra s'est arrêtée."),
        _("Vérifiez qu'elle est branchée, puis réessayez."),
    ),
    "picture.skipped": _CAMERA["skipped"],
    "voice.good": (_("On vous entend bien."), _("Vous pouvez continuer.")),
    "voice.quiet": (
        _("On vous entend faiblement."),
        _("Rapprochez-vous du micro ou parlez un peu plus fort."),
    ),
    "voice.silent": (
        _("Nous n'entendons rien."),
        _("Regardez si le micro est coupé : une touche, un interrupteur sur le câble du casque."),
    ),
    "voice.unmoved": (
        _("Le micro ne vous entend pas."),
        _("Choisissez un autre micro, ou gardez votre téléphone près de vous."),
    ),
    "voice.lost": (
        _("Le micro s'est arrêté."),
        _("Vérifiez qu'il est branché, puis réessayez."),
    ),
    "voice.skipped": _CAMERA["skipped"],
    "sound.good": (_("Vous nous entendez."), _("Vous pouvez continuer.")),
    "sound.unheard": (
        _("Vous n'entendez pas le son."),
        _("Montez le volume, enlevez le mode silencieux, ou débranchez vos écouteurs."),
    ),
    "sound.unsupported": (
        _("Ce navigateur n'a pas pu jouer le son."),
        _("Montez le volume et continuez : l'agent vous aidera."),
    ),
    "sound.skipped": _CAMERA["skipped"],
    "network.good": (_("Votre connexion est bonne."), _("Vous pouvez continuer.")),
    "network.weak": (
        _("Votre connexion est un peu faible."),
        _("Rapprochez-vous de votre box. Le son passera mieux que l'image."),
    ),
    "network.poor": (
        _("Votre connexion est trop faible pour une visio."),
        _("Rapprochez-vous de votre box, ou gardez votre téléphone près de vous."),
    ),
    "network.blocked": (
        _("Ce réseau ne laisse pas passer la visio."),
        _("Essayez un autre réseau, ou gardez votre téléphone près de vous."),
    ),
    "network.timeout": (
        _("La mesure a pris trop de temps."),
        _("Réessayez, ou continuez en gardant votre téléphone près de vous."),
    ),
    "network.unavailable": (
        _("La mesure n'est pas possible en ce moment."),
        _("Ce n'est pas votre faute. Continuez : l'appel peut très bien marcher."),
    ),
    "network.skipped": _CAMERA["skipped"],
}

VERDICTS: dict[str, Pair] = {
    **{f"camera.{what}": pair for what, pair in _CAMERA.items()},
    **{f"microphone.{what}": pair for what, pair in _MICROPHONE.items()},
    **_OTHERS,
}

REFUSALS: dict[Refusal, Pair] = {
    Refusal.AGENT_BUSY: (
        _("Votre agent termine un autre rendez-vous."),
        _("Patientez quelques minutes, puis frappez de nouveau à la porte."),
    ),
    Refusal.WRONG_APPOINTMENT: (
        _("Ce lien n'est pas celui de votre rendez-vous."),
        _("Vérifiez le message reçu, ou téléphonez à votre espace France services."),
    ),
    Refusal.TO_BE_MOVED: (
        _("Votre rendez-vous doit être déplacé."),
        _("Votre espace France services va vous proposer un autre horaire."),
    ),
    Refusal.CALL_BY_PHONE: (
        _("Votre agent préfère vous parler au téléphone."),
        _("Gardez votre téléphone près de vous : il va vous appeler."),
    ),
}

USES: dict[Use, LazyString] = {
    Use.VIDEO: _("Vous aurez l'image et le son."),
    Use.AUDIO: _("Vous aurez le son seulement, et c'est suffisant pour parler."),
    Use.PHONE: _("Gardez votre téléphone près de vous : il pourra remplacer la visio."),
}


def verdict(code: str) -> tuple[str, str]:
    """Return the sentence and the advice of a verdict, in the language of this request."""
    sentence, advice = VERDICTS[code]
    return str(sentence), str(advice)


def refusal(reason: Refusal | str) -> tuple[str, str]:
    """Return why somebody was not let in, and what to do, in the language of this request."""
    sentence, advice = REFUSALS[Refusal(reason)]
    return str(sentence), str(advice)


def use(what: Use) -> str:
    """Say what the call will use."""
    return str(USES[what])
