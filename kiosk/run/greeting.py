"""What `make run` shows on the terminal: where everybody enters, and where messages go."""

from __future__ import annotations

from kiosk import clock
from kiosk.developers import demonstration
from kiosk.developers.demonstration import Demo
from kiosk.messaging.senders.folder import outbox_folder
from kiosk.printing.qr import qr_text
from kiosk.settings import Settings
from kiosk.storage.database import Database
from kiosk.system import certificates


def show(settings: Settings, *, lan: bool) -> None:
    """Make the demonstration where there is no real house; print where to go."""
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        made = demonstration.prepare(session, settings, now=clock.now())
    database.close()
    if made is None:
        print(f"\n  {settings.public_url}\n")
        if settings.is_public:
            print("  Adresse publique : aucune personne de démonstration n'est créée.\n")
    else:
        made.write(settings.instance_dir / "demo.json")
        print(qr_text(made.join_url))
        print(people(made))
        print(telephones(settings, lan=lan))
    print(messages(settings))


def people(made: Demo) -> str:
    """Return the addresses, sign-ins and the room of the demonstration."""
    agents = f"{made.base_url}/agent/"
    return (
        f"  Usager        {made.base_url}/   code {made.room_code}   mot de passe "
        f"{made.room_password}\n"
        f"                {made.join_url}\n"
        f"  Agent         {agents}   {made.agent_login} / {made.agent_password}\n"
        f"  Responsable   {agents}   {made.manager_login} / {made.manager_password}\n"
        f"  Carte (PDF)   {made.card_url}\n"
        f"  Guides        {made.base_url}/guides\n"
    )


def telephones(settings: Settings, *, lan: bool) -> str:
    """Say whether the QR code can be opened by a telephone, and how."""
    if not lan or settings.tls_certificate is None:
        return (
            "  Téléphone     Le QR mène à localhost : il ne s'ouvre que sur cette machine.\n"
            "                Pour un téléphone du même réseau : make run LAN=1\n"
        )
    return (
        "  Téléphone     Sur le même réseau, scannez le QR. Le navigateur avertit une fois, car\n"
        "                cette machine a signé elle-même son certificat : « Paramètres avancés »,\n"
        "                puis « Continuer ». Empreinte SHA-256 à comparer :\n"
        f"                {certificates.fingerprint(settings.tls_certificate)}\n"
    )


def messages(settings: Settings) -> str:
    """Say where e-mails and SMS go, and how to read those that are kept here."""
    mail, sms = bool(settings.smtp_url), bool(settings.sms_gateway_url)
    lines = [
        f"  E-mails       {'par le serveur de messagerie' if mail else 'gardés ici, non envoyés'}",
        f"  SMS           {'par la passerelle' if sms else 'gardés ici, non envoyés'}",
    ]
    if not (mail and sms):
        lines.append(f"                Dossier : {outbox_folder(settings.instance_dir)}")
        page = f"{settings.public_url}/dev/messages/"
        how = page if settings.developer_pages else f"KIOSK_DEVELOPER_PAGES=1 make run, puis {page}"
        lines.append(f"                À lire : {how}")
    return "\n".join(lines) + "\n"
