"""Sentences about the set-up for the person who installs the server, one for each finding.

Shown in the terminal too, where there is no request: so plain strings, translated by
:func:`said` in the language asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.language.catalogues import catalogue


def _(sentence: str) -> str:
    return sentence  # only marks it for the catalogs


SETUP: dict[str, tuple[str, str]] = {
    "proxy.undeclared": (
        _("Des requêtes de %(address)s sont transmises par un proxy qui n'est pas déclaré"),
        _(
            "Si c'est votre serveur d'entrée (Caddy, nginx), donnez KIOSK_TRUSTED_PROXIES=1 :"
            " sinon tous les visiteurs comptent pour un seul."
        ),
    ),
    "proxy.none_declared": (
        _("Le site est en https (%(url)s), mais aucun proxy ni certificat n'est déclaré"),
        _("Donnez KIOSK_TRUSTED_PROXIES=1 derrière Caddy ou nginx, ou KIOSK_TLS_CERTIFICATE."),
    ),
    "delivery.no_mail_gateway": (
        _("Aucun e-mail ne part : il n'y a pas de serveur de messagerie"),
        _("Donnez KIOSK_SMTP_URL, par exemple smtp://mail.example.fr:25."),
    ),
    "delivery.no_sms_gateway": (
        _("Aucun SMS ne part : il n'y a pas de passerelle"),
        _("Donnez KIOSK_SMS_GATEWAY_URL, par exemple https://sms.example.fr/send."),
    ),
    "setup.no_house": (
        _("Il n'y a encore aucun espace : personne ne peut travailler"),
        _("Ouvrez le lien affiché au démarrage, ou lancez python -m kiosk first-run."),
    ),
    "setup.no_administrator": (
        _("Il n'y a pas d'administrateur"),
        _("Ouvrez le lien affiché au démarrage, ou lancez python -m kiosk first-run."),
    ),
    "helper.email": (
        _("Les e-mails n'avancent plus : rien depuis %(minutes)s min"),
        _("Regardez ses messages : journalctl -u kiosk. Redémarrez le serveur si cela dure."),
    ),
    "helper.sms": (
        _("Les SMS n'avancent plus : rien depuis %(minutes)s min"),
        _("Regardez ses messages : journalctl -u kiosk. Redémarrez le serveur si cela dure."),
    ),
    "helper.retention": (
        _("Ce qui doit être effacé ne l'est plus : rien depuis %(minutes)s min"),
        _("Regardez ses messages : journalctl -u kiosk. Redémarrez le serveur si cela dure."),
    ),
    "helper.revisions": (
        _("Les pages ouvertes ne sont plus prévenues : rien depuis %(minutes)s min"),
        _("Regardez ses messages : journalctl -u kiosk. Redémarrez le serveur si cela dure."),
    ),
    "helper.relays": (
        _("Les relais ne sont plus vérifiés : rien depuis %(minutes)s min"),
        _("Regardez ses messages : journalctl -u kiosk. Redémarrez le serveur si cela dure."),
    ),
    "helper.printing": (
        _("L'impression n'avance plus : rien depuis %(minutes)s min"),
        _("Regardez ses messages : journalctl -u kiosk. Redémarrez le serveur si cela dure."),
    ),
    "settings.missing": (
        _("Il manque %(name)s"),
        _("Par exemple %(name)s=%(example)s. Toutes les variables : docs/settings.md."),
    ),
    "settings.bad_value": (
        _("%(name)s ne peut pas être lu : %(value)s"),
        _("Par exemple %(name)s=%(example)s. Toutes les variables : docs/settings.md."),
    ),
    "settings.demonstration": (
        _("La démonstration ne se sert pas à une adresse publique (%(url)s)"),
        _(
            "Ses mots de passe ont été affichés. Donnez un autre dossier dans KIOSK_INSTANCE_DIR :"
            " docs/install.md."
        ),
    ),
    "settings.read_only": (
        _("On ne peut pas écrire dans le dossier %(folder)s"),
        _(
            "Donnez-le à l'utilisateur du service, ou choisissez-en un autre, par exemple"
            " KIOSK_INSTANCE_DIR=/var/lib/guichet."
        ),
    ),
    "backup.missing": (
        _("Il n'y a pas de fichier %(file)s"),
        _("Donnez le fichier d'une sauvegarde."),
    ),
    "backup.not_one": (
        _("%(file)s n'est pas une sauvegarde de Guichet Visio"),
        _("Rien n'a été changé. Donnez un fichier écrit par « python -m kiosk backup »."),
    ),
    "backup.torn": (
        _("La sauvegarde %(file)s est incomplète ou abîmée"),
        _("Rien n'a été changé. Copiez-la de nouveau, ou prenez-en une autre."),
    ),
    "backup.newer": (
        _("La sauvegarde %(file)s vient d'une version plus récente du programme"),
        _("Rien n'a été changé. Mettez le programme à jour, puis recommencez."),
    ),
    "backup.is_folder": (
        _("%(file)s est un dossier"),
        _("Donnez le nom d'un fichier, par exemple %(file)s/guichet.backup."),
    ),
    "backup.nothing": (
        _("Il n'y a rien à sauvegarder : la base de données n'existe pas"),
        _("Vérifiez KIOSK_INSTANCE_DIR et KIOSK_DATABASE_URL."),
    ),
    "backup.cannot_write": (
        _("On ne peut pas écrire %(file)s : %(reason)s"),
        _("Rien n'a été changé. Vérifiez les droits et la place sur le disque."),
    ),
    "upkeep.no_space": (
        _("Il reste %(free)s Mo dans %(folder)s, il en faut %(wanted)s"),
        _("Rien n'a été changé. Libérez de la place, puis recommencez."),
    ),
    "restore.not_empty": (
        _("%(folder)s contient déjà des maisons ou des comptes"),
        _(
            "Rien n'a été changé. Pour mettre la sauvegarde à leur place : --replace (l'ancien"
            " contenu est gardé sept jours dans le dossier kept)."
        ),
    ),
    "restore.in_use": (
        _("Un serveur ou une autre restauration utilise %(folder)s"),
        _("Rien n'a été changé. Arrêtez-le (systemctl stop kiosk), puis recommencez."),
    ),
    "restore.other_secret": (
        _("KIOSK_SECRET_KEY est donné à part et n'est pas celui de la sauvegarde"),
        _(
            "Aucun lien ni code ne marcherait. Retirez-le de l'environnement : la restauration"
            " l'écrit dans kiosk.env."
        ),
    ),
    "restore.foreign_log": (
        _("%(file)s n'est pas le journal des effacements de cette installation"),
        _("Rien n'a été changé. Donnez son erasures.jsonl, ou retirez --erasures."),
    ),
    "upgrade.unfinished": (
        _("Une mise à jour de la base de données s'est arrêtée en chemin (étape %(schema)s)"),
        _("Rien n'a été changé. Restaurez la sauvegarde d'avant, dans le dossier kept."),
    ),
    "upgrade.failed": (
        _("La mise à jour de la base de données a échoué : %(reason)s"),
        _("L'étape d'avant est intacte ; sauvegarde : %(file)s. Remettez la version d'avant."),
    ),
    "database.newer": (
        _("La base de données vient d'une version plus récente (étape %(schema)s)"),
        _("Rien n'a été changé. Remettez cette version, ou restaurez une sauvegarde d'avant."),
    ),
    "database.damaged": (
        _("La base de données est abîmée : %(reason)s"),
        _("Restaurez la dernière sauvegarde."),
    ),
    "database.unreadable": (
        _("La base de données ne répond pas : %(reason)s"),
        _("Vérifiez KIOSK_DATABASE_URL, les droits du fichier et la place sur le disque."),
    ),
    "doctor.not_built": (
        _("Les fichiers des pages manquent dans %(folder)s"),
        _("Lancez make setup dans ce dossier, par le propriétaire du code."),
    ),
    "doctor.no_paper": (
        _("Les cartes et les guides ne peuvent pas être imprimés : Pango manque"),
        _("Lancez make setup, ou apt-get install libpango-1.0-0 libpangoft2-1.0-0."),
    ),
    "doctor.full_disk": (
        _("Il reste %(free)s Mo dans %(folder)s"),
        _("Libérez de la place : il en faut au moins %(wanted)s."),
    ),
    "doctor.open_file": (
        _("D'autres utilisateurs de cette machine peuvent lire %(file)s"),
        _("Fermez-le : chmod 600 %(file)s."),
    ),
    "doctor.old_schema": (
        _("La base de données en est à l'étape %(schema)s, le programme est plus récent"),
        _("Lancez python -m kiosk upgrade."),
    ),
    "doctor.developer_pages": (
        _("Les pages de développement (/dev) sont ouvertes sur une adresse publique"),
        _("Retirez KIOSK_DEVELOPER_PAGES."),
    ),
    "doctor.no_https": (
        _("Le site est en http (%(url)s) : aucun navigateur n'y ouvre caméra ni micro"),
        _("Mettez Caddy ou nginx devant (deploy/), et https dans KIOSK_BASE_URL."),
    ),
    "doctor.mail_from": (
        _("Les e-mails partent de %(sender)s, que les autres serveurs refusent"),
        _("Donnez KIOSK_MAIL_FROM, par exemple Guichet Visio <ne-pas-repondre@example.fr>."),
    ),
    "doctor.silent": (
        _("Le serveur tourne mais ne répond pas sur %(address)s"),
        _("Regardez ses messages : journalctl -u kiosk."),
    ),
    "doctor.part_down": (
        _("Une partie du serveur ne va pas : %(part)s"),
        _("Regardez ses messages : journalctl -u kiosk."),
    ),
    "doctor.site_unreachable": (
        _("Le site %(url)s ne répond pas d'ici"),
        _(
            "Vérifiez le nom, le proxy (deploy/) et le pare-feu ; certains routeurs ne"
            " laissent pas revenir."
        ),
    ),
    "doctor.site_certificate": (
        _("Le certificat de %(url)s n'est pas valable : %(reason)s"),
        _("Renouvelez-le, ou corrigez le nom dans le proxy."),
    ),
    "doctor.no_websocket": (
        _("Le proxy de %(url)s ne laisse pas passer les WebSockets"),
        _("Reprenez la configuration de deploy/ : sans elles tout marche, plus lourdement."),
    ),
    "doctor.bad_contact": (
        _("%(contact)s n'est pas une adresse ni un numéro de mobile"),
        _("Donnez par exemple quelqu-un@example.fr ou 06 39 98 00 01."),
    ),
    "doctor.mail_unreachable": (
        _("L'e-mail d'essai n'est pas parti : le serveur de messagerie ne répond pas"),
        _("Vérifiez le nom et le port dans KIOSK_SMTP_URL, et le pare-feu."),
    ),
    "doctor.mail_login": (
        _("L'e-mail d'essai n'est pas parti : le serveur refuse le nom ou le mot de passe"),
        _("Corrigez KIOSK_SMTP_URL ; un signe comme @ s'y écrit %%40."),
    ),
    "doctor.mail_tls": (
        _("L'e-mail d'essai n'est pas parti : la liaison chiffrée est impossible"),
        _("Vérifiez le certificat du serveur, ou prenez smtps:// et le port 465."),
    ),
    "doctor.mail_refused": (
        _("L'e-mail d'essai n'est pas parti : le serveur a répondu %(answer)s"),
        _("Demandez à qui tient ce serveur s'il accepte l'expéditeur de KIOSK_MAIL_FROM."),
    ),
    "doctor.sms_failed": (
        _("Le SMS d'essai n'est pas parti : %(answer)s"),
        _("Vérifiez KIOSK_SMS_GATEWAY_URL et KIOSK_SMS_GATEWAY_TOKEN."),
    ),
    "reach.bad_address": (
        _("%(address)s n'est pas une adresse à laquelle un navigateur pourrait envoyer"),
        _(
            "Corrigez KIOSK_MEDIA_PUBLIC_ADDRESSES : des adresses IPv4 ou IPv6, ou"
            " publique=locale derrière un NAT."
        ),
    ),
    "reach.bad_relay": (
        _("%(url)s n'est pas l'adresse d'un relais"),
        _("Corrigez KIOSK_TURN_URLS, par exemple turns:turn.example.fr:443."),
    ),
    "reach.port_taken": (
        _("Le port UDP %(port)s ne peut pas être ouvert"),
        _(
            "Un autre programme l'occupe, ou il est réservé : choisissez-en un autre avec"
            " KIOSK_MEDIA_PORT."
        ),
    ),
    "reach.local_side": (
        _("Cette machine n'a pas l'adresse %(local)s, où %(address)s devrait mener"),
        _("Corrigez KIOSK_MEDIA_PUBLIC_ADDRESSES : ce qui suit = est une adresse d'ici."),
    ),
    "reach.foreign_address": (
        _("L'adresse annoncée %(address)s n'est pas celle de cette machine"),
        _("Si un NAT y mène, dites-le : %(address)s=adresse locale. Sinon, corrigez-la."),
    ),
    "reach.only_loopback": (
        _("Seule %(addresses)s est annoncée : personne ne s'y connecte d'ailleurs"),
        _("Donnez l'adresse publique de ce serveur : KIOSK_MEDIA_PUBLIC_ADDRESSES."),
    ),
    "reach.only_private": (
        _("Seules des adresses privées (%(addresses)s) sont annoncées, pour un site public"),
        _(
            "Donnez l'adresse publique de ce serveur : KIOSK_MEDIA_PUBLIC_ADDRESSES. Dans un"
            " réseau fermé, tout va bien."
        ),
    ),
    "reach.no_ipv6": (
        _("Aucune adresse IPv6 n'est annoncée"),
        _(
            "Si ce serveur en a une, ajoutez-la à KIOSK_MEDIA_PUBLIC_ADDRESSES : des téléphones"
            " n'ont plus que celles-là."
        ),
    ),
    "reach.small_buffer": (
        _("Le système n'accorde que %(granted)s Kio pour recevoir, au lieu de %(wanted)s"),
        _("Pour beaucoup d'appels à la fois : sysctl -w net.core.rmem_max=%(bytes)s."),
    ),
    "reach.relay_without_secret": (
        _("Un relais est nommé sans secret : personne ne peut s'en servir"),
        _("Donnez KIOSK_TURN_SECRET, le static-auth-secret de coturn."),
    ),
    "reach.relay_without_address": (
        _("Un secret de relais est donné, mais aucune adresse"),
        _("Donnez KIOSK_TURN_URLS, par exemple turns:turn.example.fr:443."),
    ),
    "reach.relay_unreachable": (
        _("Le relais %(url)s ne répond pas"),
        _("Vérifiez qu'il tourne, son adresse, son port et le pare-feu."),
    ),
    "reach.relay_certificate": (
        _("Le certificat du relais %(url)s n'est pas valable"),
        _("Aucun navigateur ne passera : renouvelez-le, ou corrigez le nom de l'adresse."),
    ),
    "reach.relay_refuses": (
        _("Le relais %(url)s refuse ce que ce serveur donne aux navigateurs"),
        _("KIOSK_TURN_SECRET doit être son static-auth-secret ; ou son quota est atteint."),
    ),
    "reach.relay_closed": (
        _("Le relais %(url)s ne mène pas à %(address)s"),
        _("Ajoutez cette adresse à ses allowed-peer-ip (deploy/coturn/turnserver.conf)."),
    ),
}


def said(code: str, values: Mapping[str, object], language: str) -> tuple[str, str]:
    """Return what is wrong and what to do, in one of the installation's languages."""
    words = catalogue(language)
    title, advice = (words.gettext(sentence) % values for sentence in SETUP[code])
    return title, advice
