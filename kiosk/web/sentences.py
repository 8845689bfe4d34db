"""What people read for each error code: what happened, and what to do now. No logic.

``kiosk.web.error_pages`` shows them, as pages and to scripts; a law compares the codes with those
that the ideas raise. Placeholders are filled with the error's values; a datetime is written out in
the house's time zone, and ``%(wait)s`` is ``retry_after_s`` in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, and what to do now."""

    title: LazyString
    advice: LazyString


SENTENCES: dict[str, Sentence] = {
    "access.not_allowed": Sentence(
        _("Vous n'avez pas accès à cette page"),
        _("Revenez à l'accueil. Si vous pensez que c'est une erreur, demandez à un responsable."),
    ),
    "access.sign_in": Sentence(
        _("Vous n'êtes pas connecté"),
        _("Connectez-vous, puis recommencez."),
    ),
    "access.not_found": Sentence(
        _("Cette page n'existe pas"),
        _("Vérifiez l'adresse, lettre par lettre, ou revenez à l'accueil pour taper votre code."),
    ),
    "access.wrong_method": Sentence(
        _("Cette page ne s'ouvre pas de cette façon"),
        _("Revenez à l'accueil et recommencez."),
    ),
    "state.conflict": Sentence(
        _("Les informations ont changé entre-temps"),
        _("Revenez en arrière, rechargez la page et vérifiez avant de recommencer."),
    ),
    "appointment.not_found": Sentence(
        _("Ce rendez-vous n'existe pas"),
        _("Il est peut-être celui d'un autre espace. Revenez à la liste de vos rendez-vous."),
    ),
    "visit.not_found": Sentence(
        _("Cette personne n'est plus là"),
        _("Revenez à la page du jour : elle montre qui est en route."),
    ),
    "visit.too_many": Sentence(
        _("Trop de personnes utilisent ce lien en ce moment"),
        _("Attendez quelques minutes et recommencez. Vous pouvez aussi téléphoner."),
    ),
    "booking.in_the_past": Sentence(
        _("Cette heure est déjà passée"),
        _("Choisissez une heure à venir."),
    ),
    "booking.too_far": Sentence(
        _("Cette date est trop lointaine"),
        _("Choisissez une date dans l'année qui vient."),
    ),
    "booking.no_such_hour": Sentence(
        _("Cette heure n'existe pas ce jour-là"),
        _("On change d'heure ce jour-là : choisissez-en une autre."),
    ),
    "booking.bad_duration": Sentence(
        _("Cette durée n'est pas proposée"),
        _("Choisissez une durée de la liste."),
    ),
    "booking.not_open": Sentence(
        _("Ce rendez-vous est déjà clos"),
        _("Il a été annulé, ou sa présence est déjà notée. Prenez-en un nouveau s'il le faut."),
    ),
    "booking.on_paper": Sentence(
        _("Cet usager ne reçoit pas de message"),
        _("Imprimez la fiche, ou choisissez un e-mail ou un SMS dans « Corriger »."),
    ),
    "booking.over": Sentence(
        _("L'heure de ce rendez-vous est passée"),
        _("Déplacez-le : le même lien fonctionnera à la nouvelle heure."),
    ),
    "booking.not_an_agent_here": Sentence(
        _("Cette personne ne reçoit pas dans cet espace"),
        _("Choisissez quelqu'un de la liste."),
    ),
    "booking.nothing_to_undo": Sentence(
        _("Il n'y a rien à reprendre"),
        _("Ce rendez-vous n'est pas noté comme honoré ou absent. Regardez son état."),
    ),
    "lobby.already_left": Sentence(
        _("Cette personne est partie"),
        _("Téléphonez-lui, ou attendez qu'elle ouvre de nouveau son lien."),
    ),
    "lobby.already_in_call": Sentence(
        _("Cette personne est déjà en visio"),
        _("Rejoignez la visio pour lui parler."),
    ),
    "lobby.locked": Sentence(
        _("La salle est verrouillée pour le moment"),
        _("Un agent ne veut pas être dérangé. Attendez un peu, ou téléphonez à votre espace."),
    ),
    "lobby.no_such_reason": Sentence(
        _("Cette raison n'est pas proposée"),
        _("Choisissez une raison de la liste."),
    ),
    "realtime.too_many": Sentence(
        _("Cette page est ouverte trop de fois"),
        _("Fermez les pages que vous n'utilisez pas. Celle-ci continue, un peu moins vite."),
    ),
    "realtime.bad_ticket": Sentence(
        _("La page est restée ouverte trop longtemps"),
        _("Rechargez la page."),
    ),
    "help.empty": Sentence(
        _("Le message est vide"),
        _("Écrivez quelques mots, puis envoyez."),
    ),
    "help.too_many": Sentence(
        _("Il y a déjà beaucoup de messages"),
        _("Téléphonez : ce sera plus simple."),
    ),
    "house.not_found": Sentence(
        _("Cet espace n'est pas l'un des vôtres"),
        _("Revenez à la page du jour. Si vous devriez y travailler, demandez à un responsable."),
    ),
    "account.member_already": Sentence(
        _("Cette personne travaille déjà dans cet espace"),
        _("Vérifiez l'identifiant : il est écrit dans la liste des comptes."),
    ),
    "account.login_taken": Sentence(
        _("Cet identifiant est déjà pris"),
        _("Choisissez-en un autre."),
    ),
    "calendar.bad_days": Sentence(
        _("Ces dates ne vont pas ensemble"),
        _("Le dernier jour vient après le premier, un an plus tard au plus."),
    ),
    "calendar.not_found": Sentence(
        _("Ces jours n'y sont plus"),
        _("Quelqu'un les a peut-être déjà retirés. Rechargez la page."),
    ),
    "reason.no_name": Sentence(
        _("Ce motif n'a pas de nom"),
        _("Écrivez-le comme les usagers le disent, par exemple « Carte grise »."),
    ),
    "reason.twice": Sentence(
        _("Ce motif existe déjà"),
        _("Corrigez celui qui existe, ou donnez un autre nom."),
    ),
    "reason.too_many": Sentence(
        _("Il y a déjà beaucoup de motifs"),
        _("Retirez ceux qui ne servent plus."),
    ),
    "reason.not_found": Sentence(
        _("Ce motif n'existe plus"),
        _("Quelqu'un l'a peut-être déjà retiré. Rechargez la page."),
    ),
    "account.last_administrator": Sentence(
        _("Cette personne est le dernier administrateur"),
        _("Nommez d'abord un autre administrateur, puis recommencez."),
    ),
    "account.last_manager": Sentence(
        _("Cette personne est le dernier responsable de cet espace"),
        _("Nommez d'abord un autre responsable, puis recommencez."),
    ),
    "account.has_appointments": Sentence(
        _("Cette personne a des rendez-vous à venir"),
        _("Choisissez d'abord à qui les confier. Rien n'a été changé."),
    ),
    "account.elsewhere": Sentence(
        _("Ce compte ouvre plus que vos espaces"),
        _("Seul un administrateur peut le faire. La personne peut demander un lien elle-même."),
    ),
    "account.own": Sentence(
        _("Vous ne pouvez pas fermer votre propre compte"),
        _("Demandez à un autre responsable de le faire."),
    ),
    "account.not_found": Sentence(
        _("Ce compte n'existe pas"),
        _("Il a peut-être déjà été fermé. Revenez à la page de l'équipe."),
    ),
    "account_link.bad": Sentence(
        _("Ce lien ne marche plus"),
        _("Il a déjà servi, ou il est trop ancien. Demandez-en un autre."),
    ),
    "first_run.done": Sentence(
        _("Le premier démarrage est déjà fait"),
        _("Quelqu'un a déjà créé l'administrateur. Connectez-vous, ou demandez-lui un compte."),
    ),
    "first_run.bad_link": Sentence(
        _("Ce lien ne marche plus"),
        _(
            "Chaque démarrage du serveur en affiche un nouveau, valable un jour. Ouvrez le dernier,"
            " ou redémarrez le serveur."
        ),
    ),
    "house.no_name": Sentence(
        _("Cet espace n'a pas de nom"),
        _("Écrivez le nom de l'espace."),
    ),
    "house.no_phone": Sentence(
        _("Cet espace n'a pas de numéro de téléphone"),
        _("Écrivez-en un : les usagers en ont besoin pour appeler quand rien d'autre ne marche."),
    ),
    "house.bad_territory": Sentence(
        _("Ce territoire n'est pas connu"),
        _("Choisissez FR, GP, MQ, GF, RE, YT, PM, BL, MF, NC, PF ou WF."),
    ),
    "house.bad_time_zone": Sentence(
        _("Ce fuseau horaire n'existe pas"),
        _("Écrivez par exemple Europe/Paris ou Indian/Reunion."),
    ),
    "house.too_long": Sentence(
        _("C'est trop long"),
        _("Un nom a 120 signes au plus, une adresse ou un contact 300."),
    ),
    "gate.wrong": Sentence(
        _("Le code ou le mot de passe ne correspond pas"),
        _("Vérifiez-les sur votre message ou votre fiche, puis recommencez."),
    ),
    "gate.locked": Sentence(
        _("Trop d'essais"),
        _("Attendez %(wait)s avant de recommencer, ou téléphonez à votre espace France services."),
    ),
    "sign_in.too_many": Sentence(
        _("Trop d'essais de mot de passe"),
        _(
            "Attendez %(wait)s, puis recommencez. Ou connectez-vous depuis l'ordinateur où vous"
            " travaillez d'habitude."
        ),
    ),
    "sign_in.busy": Sentence(
        _("Trop de personnes se connectent en même temps"),
        _("Attendez quelques secondes, puis recommencez. Votre mot de passe n'a pas été essayé."),
    ),
    "gate.too_many": Sentence(
        _("Trop de demandes en peu de temps"),
        _("Attendez %(wait)s, puis recommencez."),
    ),
    "gate.too_early": Sentence(
        _("Il est encore un peu tôt"),
        _("La salle ouvre %(opens_at)s. Gardez ce lien et revenez à ce moment-là."),
    ),
    "gate.closed": Sentence(
        _("Ce rendez-vous est terminé"),
        _("Pour en prendre un autre, contactez votre espace France services."),
    ),
    "gate.cancelled": Sentence(
        _("Ce rendez-vous a été annulé"),
        _("Pour en prendre un autre, contactez votre espace France services."),
    ),
    "gate.renewed": Sentence(
        _("Votre lien et votre code ont été remplacés"),
        _("Demandez les nouveaux à votre espace France services."),
    ),
    "gate.slow": Sentence(
        _("Trop d'essais"),
        _("Attendez %(wait)s, vérifiez le code et le mot de passe, puis recommencez."),
    ),
    "gate.wrong_link": Sentence(
        _("Ce lien ne marche pas"),
        _(
            "Il a peut-être été remplacé. Ouvrez le lien du dernier message reçu."
            " Sinon, téléphonez à votre espace France services."
        ),
    ),
    "gate.cut_link": Sentence(
        _("Ce lien n'est pas complet"),
        _(
            "Ouvrez-le depuis votre message, ou copiez-le en entier."
            " Sinon, téléphonez à votre espace France services."
        ),
    ),
    "path.moved": Sentence(
        _("Votre rendez-vous continue dans un autre navigateur"),
        _(
            "Vous pouvez fermer cette page."
            " Pour revenir ici, rouvrez votre lien ou retapez votre code."
        ),
    ),
    "path.no_visit": Sentence(
        _("Votre place a été perdue"),
        _("Rouvrez le lien de votre message, ou tapez votre code à l'accueil."),
    ),
    "lobby.not_admitted": Sentence(
        _("L'agent ne vous a pas encore fait entrer"),
        _("Restez en salle d'attente : une sonnerie vous préviendra."),
    ),
    "check.bad_figures": Sentence(
        _("Cette mesure n'a pas de sens"),
        _("Rechargez la page et recommencez."),
    ),
    "check.unknown": Sentence(
        _("Cette vérification n'existe pas"),
        _("Rechargez la page et recommencez."),
    ),
    "meeting.no_name": Sentence(
        _("Cette réunion n'a pas de nom"),
        _("Tapez un nom, par exemple « Atelier CV »."),
    ),
    "path.unknown_step": Sentence(
        _("Cette étape n'existe pas"),
        _("Rechargez la page et recommencez."),
    ),
    "path.bad_request": Sentence(
        _("La page a envoyé quelque chose d'illisible"),
        _("Rechargez la page et recommencez."),
    ),
    "media.unavailable": Sentence(
        _("La visio ne répond pas"),
        _("Attendez une minute et recommencez. Vous pouvez aussi téléphoner."),
    ),
    "media.room_full": Sentence(
        _("Il y a déjà trop de monde dans cet appel"),
        _("Attendez que quelqu'un le quitte, puis recommencez. Vous pouvez aussi téléphoner."),
    ),
    "media.screen_taken": Sentence(
        _("Quelqu'un partage déjà son écran"),
        _("Attendez la fin de ce partage, ou demandez-lui d'arrêter, puis recommencez."),
    ),
    "media.no_pictures": Sentence(
        _("Votre navigateur ne peut pas partager l'écran"),
        _("Il ne connaît pas le format de nos images. Essayez avec un autre navigateur."),
    ),
    "media.echo_busy": Sentence(
        _("La mesure de votre connexion n'est pas possible maintenant"),
        _("Continuez : la visio fonctionne sans cette mesure."),
    ),
    "media.too_many": Sentence(
        _("Trop d'appels sont en cours en ce moment"),
        _("Attendez quelques minutes et recommencez. Vous pouvez aussi téléphoner."),
    ),
    "media.unknown_peer": Sentence(
        _("La visio a été coupée"),
        _("Rechargez la page pour la reprendre."),
    ),
    "media.bad_sdp": Sentence(
        _("Votre navigateur et la visio ne se sont pas compris"),
        _("Rechargez la page. Si cela continue, essayez avec un autre navigateur."),
    ),
    "media.bad_request": Sentence(
        _("La visio n'a pas compris la demande"),
        _("Rechargez la page et recommencez."),
    ),
    "printing.failed": Sentence(
        _("Le document n'a pas pu être préparé"),
        _("Ce n'est pas votre faute. Tout ce qu'il contient se lit aussi à l'écran."),
    ),
    "printing.timeout": Sentence(
        _("Le document met trop de temps à venir"),
        _("Attendez une minute et recommencez. Tout ce qu'il contient se lit aussi à l'écran."),
    ),
    "contact.bad_email": Sentence(
        _("Cette adresse e-mail n'est pas complète"),
        _("Écrivez-la en entier, par exemple nom@exemple.fr."),
    ),
    "contact.bad_phone": Sentence(
        _("Ce numéro de téléphone n'est pas complet"),
        _("Écrivez-le en chiffres, par exemple 06 39 98 00 12."),
    ),
    "contact.no_such_phone": Sentence(
        _("Ce numéro de téléphone n'existe pas"),
        _("Comptez ses chiffres, puis corrigez-le."),
    ),
    "form.expired": Sentence(
        _("La page est restée ouverte trop longtemps"),
        _("Revenez en arrière : ce que vous avez écrit y est toujours. Puis envoyez de nouveau."),
    ),
    "edge.too_slow": Sentence(
        _("Votre demande est arrivée trop lentement"),
        _("Rapprochez-vous de votre box, ou passez sur un autre réseau, puis recommencez."),
    ),
    "edge.too_many": Sentence(
        _("Trop de demandes arrivent en même temps"),
        _("Fermez les pages que vous n'utilisez pas, attendez une minute et recommencez."),
    ),
    "edge.busy": Sentence(
        _("Le service a trop de demandes en ce moment"),
        _("Attendez une minute et recommencez. Vous pouvez aussi téléphoner."),
    ),
    "form.no_cookie": Sentence(
        _("Votre navigateur ne garde pas le cookie de ce site"),
        _(
            "Ce cookie retient votre place, rien d'autre. Autorisez les cookies de ce site dans les"
            " réglages du navigateur, ou prenez un autre navigateur. Puis rouvrez votre lien, ou"
            " retapez votre code."
        ),
    ),
    "request.bad_host": Sentence(
        _("Aucun site ne peut avoir cette adresse"),
        _("Vérifiez l'adresse en haut du navigateur, ou rouvrez le lien de votre message."),
    ),
    "request.bad_text": Sentence(
        _("Ce texte contient un signe illisible"),
        _("Revenez en arrière, effacez le signe étrange, puis envoyez de nouveau."),
    ),
    "form.too_big": Sentence(
        _("Ce que vous envoyez est trop lourd"),
        _("Revenez en arrière et envoyez moins de choses à la fois."),
    ),
    "error.unknown": Sentence(
        _("Cette demande n'a pas abouti"),
        _("Revenez en arrière et recommencez. Si cela continue, téléphonez-nous."),
    ),
    "server.fault": Sentence(
        _("Quelque chose s'est mal passé de notre côté"),
        _("Ce n'est pas votre faute. Attendez une minute et recommencez."),
    ),
    "server.busy": Sentence(
        _("Le service est très occupé"),
        _("Rien n'a été perdu ni enregistré. Attendez quelques secondes, puis recommencez."),
    ),
    "server.down": Sentence(
        _("Le service est arrêté un moment"),
        _("Attendez quelques minutes et recommencez. En cas d'urgence, téléphonez."),
    ),
}
