# Das Portal: was seine Seiten umgibt
portal-skip = Zum Inhalt springen
portal-navigation = Bereiche des Portals
portal-sign-out = Abmelden
portal-footer = Bereitgestellt von { $vendor }
portal-overview = Übersicht
portal-members = Mitglieder
portal-invitations = Einladungen
portal-roles = Rollen
portal-clients = Maschinen-Clients
portal-requests = Zugriff von Anwendungen
portal-domains = Domains
portal-logs = Protokoll
portal-details = Organisation
portal-elsewhere = Portal
portal-cancel = Abbrechen
portal-save = Speichern
portal-pages = Seiten der Liste
portal-first-page = Zurück zum Anfang
portal-next-page = Nächste Seite

# Übersicht
portal-members-figure =
    { $count ->
        [one] Mitglied
       *[other] Mitglieder
    }
portal-what-you-may = Was Sie hier dürfen
portal-you-may-nothing = Sie dürfen diese Organisation nicht verwalten. Wer hier Rollen vergibt, kann das ändern.
may-read-details = Name und Aussehen sehen
may-update-details = Name und Aussehen ändern
may-delete-organization = Die Organisation löschen
may-read-configuration = Sehen, was die Organisation darf
may-read-members = Mitglieder sehen
may-delete-memberships = Mitglieder entfernen
may-read-member-roles = Rollen der Mitglieder sehen
may-create-member-roles = Mitgliedern Rollen geben
may-delete-member-roles = Mitgliedern Rollen nehmen
may-read-invitations = Einladungen sehen
may-create-invitations = Personen einladen
may-delete-invitations = Einladungen zurücknehmen
may-read-domains = Domains sehen
may-create-domains = Domains hinzufügen
may-update-domains = Domains bestätigen
may-delete-domains = Domains entfernen
may-read-roles = Rollen sehen und was sie erlauben
may-create-roles = Rollen anlegen
may-update-roles = Rollen ändern
may-delete-roles = Rollen löschen
may-read-clients = Maschinen-Clients sehen
may-create-clients = Maschinen-Clients anlegen
may-update-clients = Maschinen-Clients ändern
may-delete-clients = Maschinen-Clients löschen
may-read-client-grants = Sehen, welche Anwendungen Zugriff haben
may-create-client-grants = Anwendungen Zugriff geben
may-delete-client-grants = Anwendungen den Zugriff nehmen
may-read-logs = Das Protokoll lesen
may-read-effective-permissions = Sehen, warum jemand etwas darf

# Mitglieder
portal-members-search = Name oder E-Mail-Adresse
portal-members-with-role = Mit der Rolle
portal-any-role = Jede Rolle
portal-members-none = Es gibt keine Mitglieder.
portal-members-none-found = Damit wird niemand gefunden.
portal-select = Auswahl
portal-select-all = Alle auf dieser Seite auswählen
portal-select-one = { $name } auswählen
portal-name = Name
portal-last-login = Letzte Anmeldung
portal-never = Nie
portal-you = Sie
portal-role = Rolle
portal-choose-role = Rolle wählen
portal-bulk = Für die Ausgewählten
portal-bulk-all = Alle in der Organisation, nicht nur die Ausgewählten
portal-bulk-all-found = Alle, die diese Suche findet, nicht nur die Ausgewählten
portal-bulk-give = Rolle geben
portal-bulk-take = Rolle nehmen
portal-bulk-remove = Aus der Organisation entfernen
portal-bulk-give-title = Rolle { $role } geben
portal-bulk-take-title = Rolle { $role } nehmen
portal-bulk-remove-title = Aus der Organisation entfernen
portal-bulk-concerns =
    { $count ->
        [one] Das betrifft { $count } Mitglied.
       *[other] Das betrifft { $count } Mitglieder.
    }
portal-bulk-concerns-all = Das betrifft alle, die die Suche findet.
portal-bulk-begin = Beginnen
portal-bulk-continue = Weiter
portal-bulk-progress = Fortschritt
portal-bulk-finished = Fertig.
portal-bulk-done =
    { $count ->
        [one] Für { $count } Mitglied erledigt.
       *[other] Für { $count } Mitglieder erledigt.
    }
portal-bulk-refused =
    { $count ->
        [one] Für { $count } Mitglied nicht möglich.
       *[other] Für { $count } Mitglieder nicht möglich.
    }
portal-bulk-nobody = Niemand ist ausgewählt. Wählen Sie Mitglieder aus, oder alle.
portal-bulk-no-role = Wählen Sie zuerst eine Rolle.
portal-bulk-oneself = Das sind Sie: Um die Organisation zu verlassen, gibt es eine eigene Seite.

# Ein Mitglied
portal-back-to-members = Zurück zu den Mitgliedern
portal-fact-email = E-Mail-Adresse
portal-fact-phone = Telefon
portal-fact-id = Nutzer-ID
portal-fact-created = Angelegt
portal-fact-last-login = Letzte Anmeldung
portal-own-role = Eigene Rolle
portal-member-no-roles = Keine Rollen.
portal-take = Nehmen
portal-take-role = Nehmen: Rolle { $role }
portal-give-title = Rollen geben
portal-give = Geben
portal-choose-roles = Rollen
portal-roles-search = Teil des Namens einer Rolle
portal-nothing-to-give = Hier gibt es keine Rolle, die Sie geben können.
portal-cannot-give = Rollen, die Sie nicht geben können
portal-cannot-give-why = Diese Berechtigungen daraus haben Sie selbst nicht:
portal-more-roles = Es gibt weitere Rollen: Suchen Sie nach dem Namen.
portal-why-link = Warum? Was dieses Mitglied darf und wodurch
portal-remove-title = Mitgliedschaft
portal-remove-lead = Wer entfernt wird, verliert sofort alle Rollen in dieser Organisation.
portal-remove = Aus der Organisation entfernen
portal-remove-sure = { $name } aus der Organisation entfernen? Alle Rollen hier gehen damit verloren.
portal-remove-really = Entfernen

# Verlassen
portal-leave-link = Diese Organisation verlassen
portal-leave-title = { $organization } verlassen
portal-leave-lead = Sie verlieren Ihre Rollen hier und kommen nur durch eine Einladung zurück.
portal-leave-last = Sie sind die letzte Person, die hier Rollen geben kann, und können deshalb nicht gehen. Geben Sie jemand anderem eine solche Rolle und kommen Sie wieder.
portal-leave-button = Organisation verlassen

# Die Organisation
portal-display-name = Name
portal-display-name-help = Was Menschen sehen. Leer lassen, um den Kurznamen zu zeigen.
portal-identifier = Kurzname
portal-identifier-help = In Adressen und Tokens: Kleinbuchstaben, Ziffern, - und _. Anwendungen kennen die Organisation vielleicht unter ihm.
portal-logo = Adresse des Logos
portal-logo-help = Beginnt mit https://. Leer lassen für keines.
portal-primary = Farbe der Schaltflächen
portal-primary-help = Etwa #0059d6. Beide Farben oder keine.
portal-background = Farbe des Hintergrunds
portal-background-help = Etwa #f3f4f7.
portal-preview = Vorschau
portal-preview-note = Dies ist eine Vorschau. Noch ist nichts gespeichert.
portal-details-read-only = Sie dürfen dies nicht ändern.
portal-organization-id = ID der Organisation

# Ein Link in das Portal
portal-link-title = Weiter zu { $name }
portal-link-lead = Sie gehen weiter als { $person }.
portal-link-replaces = In diesem Browser ist gerade { $person } hier. Wenn Sie weitergehen, endet dieser Besuch.
portal-link-replace = Weiter als { $person }
portal-link-stay = Als { $person } bleiben

# Was geschah
portal-done-given = Die Rolle wurde gegeben.
portal-done-taken = Die Rolle wurde genommen.
portal-done-removed = Die Mitgliedschaft wurde beendet.
portal-done-saved = Gespeichert.
portal-done-again = Sie sind wieder angemeldet. Was Sie vorher abgeschickt haben, wurde nicht ausgeführt: Bitte tun Sie es noch einmal.

# Was nicht ging
portal-problem-title = Das war nicht möglich
portal-problem-denied = Das dürfen Sie nicht mehr, oder durften es nie.
portal-problem-not-held = Sie können nicht geben, was Sie selbst nicht haben: { $permissions }
portal-problem-last-admin = Das ist die letzte Person, die hier Rollen geben kann. Geben Sie zuerst jemand anderem eine solche Rolle.
portal-problem-no-member = Diese Person ist kein Mitglied der Organisation.
portal-problem-no-role = Diese Rolle gibt es hier nicht, oder sie darf hier nicht vergeben werden.
portal-problem-gone = Das gibt es nicht, oder nicht mehr.
portal-problem-too-many-roles = Mehr Rollen kann ein Mitglied nicht haben.
portal-problem-full = Die Organisation hat so viele Mitglieder, wie sie haben darf.
portal-problem-limit = Davon gibt es so viele, wie es geben darf.
portal-problem-taken = Das wird schon verwendet: Wählen Sie etwas anderes.
portal-problem-invalid = { $field }: So geht es nicht.
portal-problem-forbidden = Das lässt sich hier nicht ändern.
portal-problem-not-now = So, wie es ist, geht das nicht.
portal-problem-busy = Gerade ist zu viel los. Bitte versuchen Sie es noch einmal.
portal-problem-unforeseen = Etwas Unerwartetes ist geschehen. Nichts wurde geändert.
portal-problem-field-name = So kann der Kurzname nicht sein.
portal-problem-field-display-name = So kann der Name nicht sein: höchstens 255 Zeichen.
portal-problem-field-logo = Die Adresse des Logos muss mit https:// beginnen.
portal-problem-field-colors = Eine Farbe ist # und drei oder sechs der Zeichen 0-9 und a-f; beide angeben oder keine.
portal-not-here-title = Hier ist nichts
portal-not-here = Diese Seite gibt es nicht, oder nicht für Sie.
portal-denied-title = Nicht für Sie
portal-forged = Das Formular kam nicht von einer Seite Ihres Besuchs. Gehen Sie zurück und versuchen Sie es noch einmal.
portal-bad = Was abgeschickt wurde, ist nicht zu verstehen.

# Hineinkommen
title-portal-ended = Ihr Besuch ist zu Ende
message-portal-ended = Zu Ihrer Sicherheit enden Besuche nach einiger Zeit. Was Sie abgeschickt haben, wurde nicht ausgeführt: Melden Sie sich wieder an, und Sie kommen auf die Seite zurück.
message-portal-frame-ended = Ihr Besuch ist zu Ende. Gehen Sie zurück zur Anwendung und öffnen Sie diese Seite von dort noch einmal.
message-portal-signed-out = Sie sind abgemeldet.
message-portal-left = Sie sind kein Mitglied der Organisation mehr.
title-portal-left = Sie sind gegangen
title-portal-refused = Sie kommen nicht hinein
link-to-portal = Wieder anmelden
message-portal-link-spent = Dieser Link wurde schon verwendet oder ist abgelaufen. Holen Sie sich einen neuen, wo Sie ihn bekommen haben.

# Formulare und Listen aus mehreren Teilen
portal-delete = Löschen
portal-revoke = Zurücknehmen
portal-expired = Abgelaufen
portal-until = Bis { $time }
portal-description = Beschreibung
portal-permissions = Berechtigungen
portal-permissions-search = Teil des Namens einer Berechtigung
portal-not-held = Berechtigungen, die Sie nicht haben und deshalb nicht geben können

# Einladungen
portal-invite = Einladen
portal-invite-emails = E-Mail-Adressen
portal-invite-emails-help = 1 bis 10 Adressen, getrennt durch Leerzeichen, Kommas oder Zeilen. Jede bekommt einen Brief.
portal-invite-wrong = Geben Sie 1 bis 10 E-Mail-Adressen an.
portal-invitations-open = Offene Einladungen
portal-invitations-none = Niemand ist eingeladen.
portal-invited-by = Eingeladen von { $name }
portal-done-invited = Eingeladen. Die Briefe sind unterwegs.
portal-done-revoked = Zurückgenommen.
portal-problem-invitations = Mehr als { $most } Personen können an einem Tag nicht eingeladen werden.

# Rollen
portal-roles-none = Damit wird keine Rolle gefunden.
portal-role-new = Neue Rolle
portal-role-create = Rolle anlegen
portal-role-wrong = Eine Rolle hat einen Namen aus 1 bis 255 Zeichen ohne < und > und anfangs höchstens 100 Berechtigungen.
portal-no-template = Keine
portal-template = Vorlage
portal-template-help = Ist unten keine Berechtigung gewählt, beginnt die Rolle mit dem, was Sie von der Vorlage geben können.
portal-template-drifted = Die Rolle und ihre Vorlage { $role } unterscheiden sich inzwischen.
portal-template-same = Die Rolle erlaubt, was ihre Vorlage { $role } erlaubt.
portal-template-added = nur in der Vorlage
portal-template-removed = nur in dieser Rolle
portal-vendors-role = Vom Anbieter
portal-whose = Wessen
portal-role-members = Mitglieder mit dieser Rolle
portal-suspended = Ausgesetzt
portal-suspended-note = Einige Berechtigungen zählen zurzeit nicht: Der Anbieter lässt diese Organisation sie nicht geben.
portal-role-delete = Rolle löschen
portal-role-delete-really = Endgültig löschen
portal-role-delete-concerns = Gehalten von: { $count }
portal-role-delete-loses = Davon verlieren Berechtigungen: { $count }
portal-done-made = Angelegt.
portal-done-deleted = Gelöscht.
portal-problem-held = Die Rolle wird noch gehalten: { $count }

# Maschinen-Clients
portal-clients-search = Teil des Namens eines Clients
portal-clients-none = Es gibt keine Maschinen-Clients.
portal-client-new = Neuer Maschinen-Client
portal-client-create = Client anlegen
portal-client-wrong = Ein Client hat einen Namen, mindestens eine Berechtigung, wenn ein Ende, dann in der Zukunft, und wenn einen öffentlichen Schlüssel, dann als PEM.
portal-client-no-permissions = Um einem Client Berechtigungen zu geben, müssen Sie Rollen sehen dürfen.
portal-client-never-used = Nie verwendet
portal-client-last-used = Zuletzt verwendet { $time } von { $address }
portal-client-id = Client-ID
portal-client-secret = Client-Geheimnis
portal-secret-once = Das Geheimnis wird nur dieses eine Mal gezeigt. Bewahren Sie es dort auf, wo nur der Client herankommt.
portal-client-go = Zum Client
portal-client-why = Warum? Was dieser Client darf und wodurch
portal-client-delete = Client löschen
portal-client-delete-sure = { $name } löschen? Was ihn verwendet, hört sofort auf.
portal-public-key = Öffentlicher Schlüssel
portal-public-key-help = PEM. Mit einem weist sich der Client durch signierte Aussagen aus und hat kein Geheimnis.
portal-add-key = Schlüssel hinzufügen
portal-add-key-help = PEM. Mit dem ersten hat der Client kein Geheimnis mehr.
portal-expires = Ende
portal-expires-help = Der Client endet mit diesem Tag. Leer lassen für kein Ende.
portal-last-use = Letzte Verwendung
portal-state = Zustand
portal-enabled = In Betrieb
portal-disabled = Abgeschaltet
portal-enable = Einschalten
portal-disable = Abschalten
portal-by-vendor = vom Anbieter
portal-proof = Wie sich der Client ausweist
portal-rotate = Neues Geheimnis, das alte noch 24 Stunden
portal-rotate-now = Neues Geheimnis, das alte endet jetzt
portal-rotate-help = Durch ein Geheimnis. Ein neues wird einmal gezeigt.

# Zugriff von Anwendungen
portal-request-title = { $name } auf { $api }
portal-request-since = Gefragt
portal-request-message = Nachricht
portal-requests-none = Niemand bittet um Zugriff.
portal-approve = Gewähltes genehmigen
portal-refuse = Ablehnen
portal-let-in = Zugriff auf Gewähltes geben
portal-let-in-title = Anwendungen mit Zugriff
portal-let-in-none = Keine Anwendung hat Zugriff.
portal-done-approved = Der Zugriff wurde gegeben.
portal-done-refused = Abgelehnt.

# Domains
portal-domain = Domain
portal-domain-help = Etwa example.com.
portal-domain-add = Hinzufügen
portal-domain-wrong = Das ist keine Domain.
portal-domains-none = Es gibt keine Domains.
portal-domain-verified = Bestätigt
portal-domain-pending = Nicht bestätigt
portal-domain-failed = Eintrag nicht gefunden
portal-domain-record = Fügen Sie bei { $host } diesen TXT-Eintrag hinzu:
portal-domain-verify = Bestätigen
portal-domain-not-found = Der Eintrag wurde nicht gefunden. Bis Änderungen überall zu sehen sind, kann es dauern.
portal-done-verified = Bestätigt.

# Protokoll
portal-logs-search = Suche
portal-logs-help = Etwa user_id:"auth0|1" oder ip:192.0.2.1, mit AND, OR und NOT.
portal-logs-action = Aktion
portal-logs-since = Von
portal-logs-until = Bis
portal-logs-none = Damit wird nichts gefunden.
portal-logs-not-understood = Die Suche ist nicht zu verstehen.
portal-logs-csv = Als CSV herunterladen
portal-logs-jsonl = Als JSON Lines herunterladen
portal-logs-about = Über { $name }
portal-logs-when = Wann
portal-logs-who = Wer
portal-logs-what = Was
portal-logs-subject = Wovon
portal-logs-user = Person
portal-logs-address = Adresse
portal-logs-program = Programm
portal-logs-before = Vorher
portal-logs-after = Nachher
portal-logs-request = Anfragenummer
portal-logs-did =
    { $what ->
        [organization-created] Die Organisation wurde angelegt
        [organization-updated] Die Organisation wurde geändert
        [organization-deleted] Die Organisation wurde gelöscht
        [organization-envelope_set] Was die Organisation darf, wurde geändert
        [organization-members_added] Mitglieder wurden hinzugefügt
        [organization-members_removed] Mitglieder wurden entfernt
        [organization-member_left] Ein Mitglied ist ausgetreten
        [organization-member_roles_added] Ein Mitglied hat Rollen erhalten
        [organization-member_roles_removed] Einem Mitglied wurden Rollen entzogen
        [organization-roles_handed_over] Rollen wurden übergeben
        [organization-invitation_created] Jemand wurde eingeladen
        [organization-invitation_resent] Eine Einladung wurde erneut gesendet
        [organization-invitation_accepted] Eine Einladung wurde angenommen
        [organization-invitation_revoked] Eine Einladung wurde zurückgenommen
        [organization-discovery_domain_added] Eine Domain wurde hinzugefügt
        [organization-discovery_domain_checked] Eine Domain wurde geprüft
        [organization-discovery_domain_updated] Eine Domain wurde geändert
        [organization-discovery_domain_removed] Eine Domain wurde entfernt
        [organization-connection_added] Ein Weg zur Anmeldung wurde hinzugefügt
        [organization-connection_updated] Ein Weg zur Anmeldung wurde geändert
        [organization-connection_removed] Ein Weg zur Anmeldung wurde entfernt
        [organization-client_grant_added] Eine Anwendung hat Zugriff erhalten
        [organization-client_grant_removed] Einer Anwendung wurde der Zugriff entzogen
        [organization-client_grant_requested] Eine Anwendung hat um Zugriff gebeten
        [organization-client_grant_request_approved] Eine Bitte um Zugriff wurde gewährt
        [organization-client_grant_request_refused] Eine Bitte um Zugriff wurde abgelehnt
        [organization-client_grant_request_withdrawn] Eine Bitte um Zugriff wurde zurückgezogen
        [organization-portal_link_created] Ein Link zu diesen Seiten wurde erstellt
        [organization-audience-set] Die Audience einer API wurde gesetzt
        [organization-audience-removed] Die Audience einer API wurde entfernt
        [role-created] Eine Rolle wurde angelegt
        [role-updated] Eine Rolle wurde geändert
        [role-deleted] Eine Rolle wurde gelöscht
        [role-permissions_added] Eine Rolle hat Berechtigungen erhalten
        [role-permissions_removed] Einer Rolle wurden Berechtigungen entzogen
        [client-created] Ein Maschinen-Client wurde angelegt
        [client-updated] Ein Maschinen-Client wurde geändert
        [client-deleted] Ein Maschinen-Client wurde gelöscht
        [client-secret_rotated] Das Geheimnis eines Maschinen-Clients wurde ersetzt
        [client-credential_created] Ein Schlüssel eines Maschinen-Clients wurde hinzugefügt
        [client-credential_updated] Ein Schlüssel eines Maschinen-Clients wurde geändert
        [client-credential_deleted] Ein Schlüssel eines Maschinen-Clients wurde entfernt
        [client-access_replaced] Der Zugriff eines Maschinen-Clients wurde geändert
        [s] Angemeldet
        [ssa] Ohne Nachfrage angemeldet
        [slo] Abgemeldet
        [f] Eine Anmeldung wurde abgelehnt
        [fp] Eine Anmeldung mit falschem Passwort
        [fu] Eine Anmeldung mit unbekanntem Konto
        [limit_wc] Eine Anmeldung wurde nach zu vielen Fehlversuchen abgelehnt
        [ss] Registriert
        [fs] Eine Registrierung wurde abgelehnt
        [scp] Ein Passwort wurde geändert
        [scpr] Ein neues Passwort wurde angefordert
        [sv] Eine E-Mail-Adresse wurde bestätigt
        [si] Eine Einladung wurde angenommen
        [fi] Eine Einladung konnte nicht angenommen werden
        [seccft] Ein Maschinen-Client hat ein Token erhalten
        [feccft] Einem Maschinen-Client wurde ein Token verweigert
        [seacft] Eine Anwendung hat Tokens für eine Anmeldung erhalten
        [feacft] Einer Anwendung wurden Tokens für eine Anmeldung verweigert
        [sertft] Eine Anwendung hat ihre Tokens erneuert
        [fertft] Einer Anwendung wurden neue Tokens verweigert
        [ferrt] Ein Refresh-Token wurde zweimal verwendet und ist widerrufen
        [srrt] Ein Refresh-Token wurde widerrufen
        [sede] Ein Gerät hat Tokens erhalten
        [fede] Einem Gerät wurden Tokens verweigert
        [actions_execution_failed] Eine Action ist fehlgeschlagen
       *[other] { $told }
    }
portal-logs-back = Zurück zum Protokoll

# Warum
portal-rights-title = Was erlaubt ist und warum
portal-rights-api = API
portal-rights-none = Auf dieser API besteht keine Berechtigung.
portal-rights-back = Zurück
portal-held = Vorhanden
portal-withheld = Vorenthalten
portal-through-direct = Direkt gegeben.
portal-through-role = Durch die Rolle { $role }.
portal-through-grant = Durch den Zugriff des Clients.
portal-through-grant-roles = Durch den Zugriff des Clients und diese Rollen: { $roles }
portal-against-envelope = Durch { $role } nicht: Der Anbieter lässt diese Organisation das nicht geben.
portal-against-grant = Der Zugriff des Clients umfasst das nicht.
portal-against-organizations = Der Client ist in diese Organisation nicht eingelassen.
portal-against-kind = Die API oder der Client ist dafür geschlossen.
portal-against-blocked = Das Konto ist gesperrt.
portal-against-scope = Die Organisation hat dem Client das nicht gegeben.
portal-against-roles = Keine der Rollen des Clients hier hat das.
portal-against-policy = Eine Zugriffsrichtlinie des Anbieters verbietet das.
portal-against-other = Etwas anderes steht dem entgegen.
portal-problem-not-configured = Der Anbieter hat das nicht eingerichtet.
portal-problem-too-soon = Das wurde gerade eben versucht. Warten Sie ein wenig.
