"""What a citizen reads for each verdict and each refusal: a sentence, then what to do.

The codes and the advice keys are those of :mod:`kiosk.readiness`; a test finds any without words.
"""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

from kiosk.calls.model import Refusal
from kiosk.readiness.verdicts import Verdict
from kiosk.readiness.vocabulary import Use

Pair = tuple[LazyString, LazyString]

_ = lazy_gettext

_SKIPPED = _("Vous avez passé cette étape.")

SENTENCES: dict[str, LazyString] = {
    "device.good": _("Votre appareil convient."),
    "device.outdated": _("Votre navigateur est ancien."),
    "device.in_app": _("Cette page est ouverte à l'intérieur d'une autre application."),
    "device.unsupported": _("Ce navigateur ne permet pas la visio."),
    "device.insecure": _("L'adresse de cette page n'est pas protégée."),
    "camera.good": _("Votre caméra est autorisée."),
    "camera.dismissed": _("La question a été fermée sans réponse."),
    "camera.denied": _("Votre navigateur bloque la caméra."),
    "camera.blocked_by_system": _("Votre appareil bloque la caméra."),
    "camera.not_found": _("Nous ne trouvons pas de caméra."),
    "camera.in_use": _("Une autre application utilise la caméra."),
    "camera.unsuitable": _("Cette caméra ne convient pas."),
    "camera.aborted": _("La caméra n'a pas démarré."),
    "camera.timeout": _("La caméra ne répond pas."),
    "camera.insecure": _("L'adresse de cette page ne permet pas d'utiliser la caméra."),
    "camera.unsupported": _("Ce navigateur ne sait pas utiliser la caméra."),
    "microphone.good": _("Votre micro est autorisé."),
    "microphone.dismissed": _("La question a été fermée sans réponse."),
    "microphone.denied": _("Votre navigateur bloque le micro."),
    "microphone.blocked_by_system": _("Votre appareil bloque le micro."),
    "microphone.not_found": _("Nous ne trouvons pas de micro."),
    "microphone.in_use": _("Une autre application utilise le micro."),
    "microphone.unsuitable": _("Ce micro ne convient pas."),
    "microphone.aborted": _("Le micro n'a pas démarré."),
    "microphone.timeout": _("Le micro ne répond pas."),
    "microphone.insecure": _("L'adresse de cette page ne permet pas d'utiliser le micro."),
    "microphone.unsupported": _("Ce navigateur ne sait pas utiliser le micro."),
    "picture.good": _("On vous voit bien."),
    "picture.dark": _("L'image est sombre."),
    "picture.slow": _("L'image avance lentement."),
    "picture.black": _("L'image est noire."),
    "picture.frozen": _("L'image ne bouge pas."),
    "picture.lost": _("La caméra s'est arrêtée."),
    "picture.no_image": _("La caméra ne donne pas d'image."),
    "picture.not_measured": _("Ce navigateur ne sait pas vérifier l'image."),
    "voice.good": _("On vous entend bien."),
    "voice.quiet": _("On vous entend faiblement."),
    "voice.silent": _("Nous n'entendons rien."),
    "voice.unmoved": _("Le micro ne vous entend pas."),
    "voice.lost": _("Le micro s'est arrêté."),
    "voice.not_measured": _("Ce navigateur ne sait pas mesurer votre voix."),
    "sound.good": _("Vous nous entendez."),
    "sound.unheard": _("Vous n'entendez pas le son."),
    "sound.unsupported": _("Ce navigateur n'a pas pu jouer le son."),
    "network.good": _("Votre connexion est bonne."),
    "network.weak": _("Votre connexion est un peu faible."),
    "network.poor": _("Votre connexion est trop faible pour une visio."),
    "network.blocked": _("Ce réseau ne laisse pas passer la visio."),
    "network.timeout": _("La mesure a pris trop de temps."),
    "network.not_measured": _("Ce navigateur ne sait pas mesurer la connexion."),
    "network.unavailable": _("La mesure n'est pas possible en ce moment."),
    "device.skipped": _SKIPPED,
    "camera.skipped": _SKIPPED,
    "microphone.skipped": _SKIPPED,
    "picture.skipped": _SKIPPED,
    "voice.skipped": _SKIPPED,
    "sound.skipped": _SKIPPED,
    "network.skipped": _SKIPPED,
}
"""What was found, by the code of a verdict."""

ADVICE: dict[str, LazyString] = {
    "go_on": _("Vous pouvez continuer."),
    "update_browser": _("La visio peut marcher quand même. Si elle marche mal, mettez-le à jour."),
    "leave_app": _("Copiez votre lien et ouvrez-le dans votre navigateur habituel."),
    "take_known_browser": _(
        "Ouvrez votre lien dans Firefox, Chrome, Edge ou Safari, ou téléphonez."
    ),
    "return_by_link": _("Revenez par le lien de votre message, ou téléphonez."),
    "come_back_later": _("Vous pourrez y revenir."),
    "answer_question": _("Touchez de nouveau le bouton, puis choisissez « Autoriser »."),
    "follow_instructions": _(
        "Suivez les indications ci-dessous. La page continue dès que c'est fait."
    ),
    "allow_camera_in_system": _(
        "Autorisez-la dans les réglages de l'appareil, comme indiqué ci-dessous."
    ),
    "find_camera": _("Si elle se branche, vérifiez son câble. Sinon, continuez : le son suffit."),
    "close_other_calls": _("Fermez les autres applications de visio, puis réessayez."),
    "change_camera": _("Branchez une autre caméra, ou continuez avec le son seul."),
    "plug_camera_again": _("Réessayez. Si cela continue, débranchez-la puis rebranchez-la."),
    "look_for_question": _("Regardez si une question attend en haut de l'écran, puis réessayez."),
    "change_browser": _("Ouvrez votre lien dans un autre navigateur, ou téléphonez."),
    "allow_microphone_in_system": _(
        "Autorisez-le dans les réglages de l'appareil, comme indiqué ci-dessous."
    ),
    "find_microphone": _("Branchez un casque avec micro, ou gardez votre téléphone près de vous."),
    "change_microphone": _("Branchez un autre micro, ou gardez votre téléphone près de vous."),
    "plug_microphone_again": _("Réessayez. Si cela continue, débranchez-le puis rebranchez-le."),
    "more_light": _("Allumez une lampe ou tournez-vous vers la fenêtre."),
    "close_applications": _("Fermez les autres applications si vous le pouvez."),
    "uncover_camera": _(
        "La caméra est peut-être cachée : cherchez un petit volet ou un autocollant devant."
    ),
    "wave": _("Bougez la main devant la caméra. Si rien ne change, réessayez."),
    "check_camera_plug": _("Vérifiez qu'elle est branchée, puis réessayez."),
    "speak_up": _("Rapprochez-vous du micro ou parlez un peu plus fort."),
    "unmute_microphone": _(
        "Regardez si le micro est coupé : une touche, un interrupteur sur le câble du casque."
    ),
    "choose_other_microphone": _(
        "Choisissez un autre micro, ou gardez votre téléphone près de vous."
    ),
    "check_microphone_plug": _("Vérifiez qu'il est branché, puis réessayez."),
    "turn_volume_up": _(
        "Montez le volume, enlevez le mode silencieux, ou débranchez vos écouteurs."
    ),
    "turn_volume_up_and_go_on": _("Montez le volume et continuez : l'agent vous aidera."),
    "come_closer_to_box": _("Rapprochez-vous de votre box. Le son passera mieux que l'image."),
    "come_closer_or_phone": _(
        "Rapprochez-vous de votre box, ou gardez votre téléphone près de vous."
    ),
    "other_network_or_phone": _("Essayez un autre réseau, ou gardez votre téléphone près de vous."),
    "try_again_or_phone": _("Réessayez, ou continuez en gardant votre téléphone près de vous."),
    "go_on_unmeasured": _("Ce n'est pas votre faute. Continuez : l'appel peut très bien marcher."),
}
"""What to do, by the advice of a verdict."""

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


def verdict(found: Verdict) -> tuple[str, str]:
    """Return the sentence and the advice of a verdict, in the language of this request."""
    return str(SENTENCES[found.code]), str(ADVICE[found.advice])


def refusal(reason: Refusal | str) -> tuple[str, str]:
    """Return why somebody was not let in, and what to do, in the language of this request."""
    sentence, advice = REFUSALS[Refusal(reason)]
    return str(sentence), str(advice)


def use(what: Use) -> str:
    """Say what the call will use."""
    return str(USES[what])
