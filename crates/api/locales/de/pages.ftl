# Was jede Seite hat
title-failed = Fehler:
footer-vendor = Anmeldung bereitgestellt von { $vendor }
continue = Weiter
show-password = Zeigen
hide-password = Verbergen
send-again = Noch einmal senden
signed-in-as = Angemeldet als { $person }
request-id = Anfragenummer:

# Anmelden
sign-in-title = Bei { $name } anmelden
identifier = E-Mail-Adresse oder Benutzername
password = Passwort
forgot-link = Passwort vergessen?
no-account = Noch kein Konto?
sign-up-link = Registrieren
invited = { $inviter } hat Sie zu { $organization } eingeladen.

# Registrieren
sign-up-title = Bei { $name } registrieren
email = E-Mail-Adresse
sign-up-button = Konto anlegen
has-account = Sie haben schon ein Konto?
sign-in-link = Anmelden

# Eine Organisation wählen
picker-title = Organisation wählen
picker-search = Organisation suchen
picker-search-button = Suchen
picker-recent = Zuletzt verwendet
picker-others = Alle Organisationen
picker-without = Ohne Organisation weiter
picker-none = Keine Organisation mit diesem Namen.
picker-found =
    { $count ->
        [one] { $count } Organisation
       *[other] { $count } Organisationen
    }
picker-more =
    { $count ->
        [one] { $count } weitere: Tippen Sie den Namen, um sie zu finden.
       *[other] { $count } weitere: Tippen Sie einen Namen, um sie zu finden.
    }
prompt-title = Ihre Organisation
prompt-lead = Die Anmeldung geht bei Ihrer Organisation weiter.
prompt-label = Name der Organisation

# Zustimmung
consent-title = { $client } bittet um Zugriff
consent-lead = Die Anwendung möchte:
consent-allow = Erlauben
consent-deny = Nicht erlauben
scope-openid = wissen, wer Sie sind
scope-profile = Ihren Namen und Ihr Bild sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-phone = Ihre Telefonnummer sehen
scope-address = Ihre Postanschrift sehen
scope-offline-access = den Zugriff behalten, auch wenn Sie nicht da sind

# Einladungen
invitation-title = { $organization } beitreten
invitation-text = { $inviter } hat { $email } eingeladen.
invitation-accept = Einladung annehmen
invitation-sign-up = Konto anlegen
invitation-sign-in = Ich habe ein Konto

# Eine E-Mail-Adresse bestätigen
verify-sent-title = Sehen Sie in Ihr Postfach
verify-sent-text = Wir haben einen Link an { $email } gesendet. Folgen Sie ihm, um Ihre Adresse zu bestätigen.
verify-asked-title = E-Mail-Adresse bestätigen
verify-asked-text = Bestätigen Sie, dass { $email } Ihre Adresse ist.
verify-button = Adresse bestätigen

# Passwörter
forgot-title = Passwort vergessen?
forgot-lead = Geben Sie Ihre E-Mail-Adresse ein. Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort setzen.
forgot-button = Link senden
new-password-title = Neues Passwort setzen
new-password-lead = Für { $email }
new-password = Neues Passwort
new-password-button = Passwort speichern
message-sent-title = Sehen Sie in Ihr Postfach
message-sent-new-password = Wenn { $email } hier ein Konto hat, ist ein Link für ein neues Passwort unterwegs.
message-sent-sign-up = Eine Nachricht, wie es weitergeht, ist unterwegs an { $email }.
message-sent-spam = Nach ein paar Minuten noch nichts da? Sehen Sie im Spam-Ordner nach.

# Abmelden
sign-out-title = Abmelden?
sign-out-button = Abmelden
sign-out-stay = Angemeldet bleiben
signed-out-title = Sie sind abgemeldet
signed-out-text = Sie können dieses Fenster schließen.

# Geräte
device-title = Gerät verbinden
device-lead = Geben Sie den Code ein, den Ihr Gerät zeigt.
device-label = Code
device-confirm-title = { $client } verbinden?
device-confirm-lead = Fahren Sie nur fort, wenn Ihr Gerät genau diesen Code zeigt:
device-confirm-allow = Verbinden
device-confirm-deny = Nicht verbinden

# Antworten auf dem Weg zur Anwendung
form-post-title = Einen Moment

# Regeln für Passwörter
rule-length =
    { $least ->
        [one] Mindestens { $least } Zeichen
       *[other] Mindestens { $least } Zeichen
    }
rule-kinds = Kleinbuchstaben, Großbuchstaben und Ziffern
rule-three-kinds = Drei davon: Kleinbuchstaben, Großbuchstaben, Ziffern, andere Zeichen
rule-repeats = Kein Zeichen dreimal hintereinander

# Fehler
error-wrong-credentials = E-Mail-Adresse, Benutzername oder Passwort ist falsch.
error-blocked = Dieses Konto ist gesperrt. Bitte wenden Sie sich an Ihre Administration.
error-too-many-attempts =
    { $minutes ->
        [one] Zu viele Versuche. Bitte versuchen Sie es in einer Minute wieder.
       *[other] Zu viele Versuche. Bitte versuchen Sie es in { $minutes } Minuten wieder.
    }
error-identifier-missing = Bitte geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.
error-password-missing = Bitte geben Sie Ihr Passwort ein.
error-no-connections = Hier gibt es keinen Weg zur Anmeldung. Bitte wenden Sie sich an Ihre Administration.
error-email-missing = Bitte geben Sie Ihre E-Mail-Adresse ein.
error-email-invalid = Bitte geben Sie eine vollständige E-Mail-Adresse ein, etwa name@example.com.
error-sign-up-refused = Das Konto konnte nicht angelegt werden. Falls Sie schon eines haben, melden Sie sich bitte an.
error-sign-up-closed = Hier können keine neuen Konten angelegt werden.
error-password-weak = Das Passwort erfüllt nicht alle Bedingungen unten.
error-password-too-long = Das Passwort ist zu lang: höchstens { $most } Zeichen.
error-password-common = Dieses Passwort wird als eines der ersten geraten. Bitte wählen Sie ein anderes.
error-password-like-profile = Das Passwort darf weder Ihren Namen noch Ihre E-Mail-Adresse enthalten.
error-password-used-before = Dieses Passwort hatten Sie schon einmal. Bitte wählen Sie ein anderes.
error-organization-missing = Bitte geben Sie den Namen Ihrer Organisation ein.
error-organization-unknown = Es gibt keine Organisation mit diesem Namen.
error-no-organizations = Ihr Konto gehört zu keiner Organisation.
error-not-a-member = Ihr Konto gehört nicht zu { $organization }.
error-invitation-spent = Diese Einladung wurde schon verwendet.
error-invitation-expired = Diese Einladung ist abgelaufen. Bitte lassen Sie sich eine neue schicken.
error-invitation-unknown = Diese Einladung ist nicht gültig.
error-invitation-for-another = Diese Einladung gilt für eine andere E-Mail-Adresse. Bitte melden Sie sich mit der eingeladenen an.
error-user-code-missing = Bitte geben Sie den Code ein, den Ihr Gerät zeigt.
error-user-code-unknown = Dieser Code ist nicht gültig oder abgelaufen.
error-page-expired = Diese Seite ist abgelaufen. Bitte gehen Sie zur Anwendung zurück und beginnen Sie neu.
error-ticket-spent = Dieser Link wurde schon verwendet oder ist abgelaufen.
error-address-not-registered = Die Anwendung möchte zu einer Adresse zurück, die nicht für sie eingetragen ist.
error-client-unknown = Die Anwendung ist hier nicht bekannt.
error-unforeseen = Etwas Unerwartetes ist geschehen. Bitte versuchen Sie es später wieder.

# Meldungen
title-something-went-wrong = Etwas ist schiefgegangen
title-not-signed-in = Die Anmeldung war nicht möglich
title-link-spent = Dieser Link gilt nicht mehr
title-no-such-page = Seite nicht gefunden
message-nothing-here = Unter dieser Adresse gibt es nichts.
title-email-verified = E-Mail-Adresse bestätigt
message-email-verified = Vielen Dank. Sie können dieses Fenster schließen.
title-password-changed = Passwort gespeichert
message-password-changed = Sie können sich jetzt mit Ihrem neuen Passwort anmelden.
title-device-connected = Gerät verbunden
message-device-connected = Sie können an Ihrem Gerät weitermachen.
title-device-refused = Gerät nicht verbunden
message-device-refused = Sie können dieses Fenster schließen.
title-still-signed-in = Sie sind weiterhin angemeldet
message-still-signed-in = Sie können dieses Fenster schließen.
link-to-sign-in = Zur Anmeldung
link-to-application = Zu { $name }
