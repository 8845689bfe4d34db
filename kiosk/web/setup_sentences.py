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
    "settings.missing": (
        _("Il manque %(name)s"),
        _("Par exemple %(name)s=%(example)s. Toutes les variables : docs/settings.md."),
    ),
    "settings.bad_value": (
        _("%(name)s ne peut pas être lu : %(value)s"),
        _("Par exemple %(name)s=%(example)s. Toutes les variables : docs/settings.md."),
    ),
    "settings.read_only": (
        _("On ne peut pas écrire dans le dossier %(folder)s"),
        _(
            "Donnez-le à l'utilisateur du service, ou choisissez-en un autre, par exemple"
            " KIOSK_INSTANCE_DIR=/var/lib/guichet."
        ),
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
