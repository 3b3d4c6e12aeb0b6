# What every page has
title-failed = Error:
footer-vendor = Sign-in provided by { $vendor }
continue = Continue
show-password = Show
hide-password = Hide
send-again = Send it again
signed-in-as = Signed in as { $person }
request-id = Request id:

# Signing in
sign-in-title = Sign in to { $name }
identifier = Email or username
password = Password
forgot-link = Forgot your password?
no-account = No account yet?
sign-up-link = Sign up
invited = { $inviter } invited you to join { $organization }.

# Signing up
sign-up-title = Sign up for { $name }
email = Email
sign-up-button = Create account
has-account = Already have an account?
sign-in-link = Sign in

# Choosing an organization
picker-title = Choose an organization
picker-search = Find an organization
picker-search-button = Search
picker-recent = Recent
picker-others = All organizations
picker-without = Continue without an organization
picker-none = No organization of that name.
picker-found =
    { $count ->
        [one] { $count } organization
       *[other] { $count } organizations
    }
picker-more =
    { $count ->
        [one] { $count } more: type its name to find it.
       *[other] { $count } more: type a name to find it.
    }
prompt-title = Your organization
prompt-lead = Sign-in continues at your organization.
prompt-label = Name of the organization

# Consent
consent-title = { $client } asks for access
consent-lead = It would like to:
consent-allow = Allow
consent-deny = Don’t allow
scope-openid = Know who you are
scope-profile = See your name and picture
scope-email = See your email address
scope-phone = See your phone number
scope-address = See your postal address
scope-offline-access = Keep this access while you are away

# Invitations
invitation-title = Join { $organization }
invitation-text = { $inviter } invited { $email } to join.
invitation-accept = Accept invitation
invitation-sign-up = Create an account
invitation-sign-in = I have an account

# Verifying an email address
verify-sent-title = Check your email
verify-sent-text = We sent a link to { $email }. Follow it to verify your address.
verify-asked-title = Verify your email address
verify-asked-text = Confirm that { $email } is your address.
verify-button = Verify address

# Passwords
forgot-title = Forgot your password?
forgot-lead = Enter your email address, and we send you a link to set a new password.
forgot-button = Send link
new-password-title = Set a new password
new-password-lead = For { $email }
new-password = New password
new-password-button = Save password
message-sent-title = Check your email
message-sent-new-password = If { $email } has an account here, a link to set a new password is on its way.
message-sent-sign-up = A message on how to go on is on its way to { $email }.
message-sent-spam = Nothing there after a few minutes? Look in the spam folder.

# Signing out
sign-out-title = Sign out?
sign-out-button = Sign out
sign-out-stay = Stay signed in
signed-out-title = You are signed out
signed-out-text = You can close this window.

# Devices
device-title = Connect a device
device-lead = Enter the code that your device shows.
device-label = Code
device-confirm-title = Connect { $client }?
device-confirm-lead = Go on only if your device shows exactly this code:
device-confirm-allow = Connect
device-confirm-deny = Don’t connect

# Answers on their way to the application
form-post-title = One moment

# Rules of passwords
rule-length =
    { $least ->
        [one] At least { $least } character
       *[other] At least { $least } characters
    }
rule-kinds = Lower-case letters, upper-case letters and digits
rule-three-kinds = Three of these: lower-case letters, upper-case letters, digits, other characters
rule-repeats = No character three times in a row

# Errors
error-wrong-credentials = Wrong email, username or password.
error-blocked = This account is blocked. Please contact your administrator.
error-too-many-attempts =
    { $minutes ->
        [one] Too many attempts. Please try again in a minute.
       *[other] Too many attempts. Please try again in { $minutes } minutes.
    }
error-identifier-missing = Please enter your email address or username.
error-password-missing = Please enter your password.
error-no-connections = There is no way to sign in here. Please contact your administrator.
error-email-missing = Please enter your email address.
error-email-invalid = Please enter a complete email address, such as name@example.com.
error-sign-up-refused = The account could not be created. If you have one already, please sign in.
error-sign-up-closed = New accounts cannot be created here.
error-password-weak = The password does not meet all the demands below.
error-password-too-long = The password is too long: { $most } characters at most.
error-password-common = This password is one of those that are guessed first. Please choose another.
error-password-like-profile = The password must not contain your name or email address.
error-password-used-before = You used this password before. Please choose another.
error-organization-missing = Please enter the name of your organization.
error-organization-unknown = There is no organization of that name.
error-no-organizations = Your account does not belong to an organization.
error-not-a-member = Your account does not belong to { $organization }.
error-invitation-spent = This invitation has already been used.
error-invitation-expired = This invitation has expired. Please ask for a new one.
error-invitation-unknown = This invitation is not valid.
error-invitation-for-another = This invitation is for another email address. Please sign in with the invited one.
error-user-code-missing = Please enter the code that your device shows.
error-user-code-unknown = This code is not valid or has expired.
error-page-expired = This page has expired. Please go back to the application and start again.
error-ticket-spent = This link has been used or has expired.
error-address-not-registered = The application asked to return to an address that is not registered for it.
error-client-unknown = The application is not known here.
error-unforeseen = Something unexpected happened. Please try again later.

# Messages
title-something-went-wrong = Something went wrong
title-not-signed-in = You could not be signed in
title-link-spent = This link is no longer valid
title-no-such-page = Page not found
message-nothing-here = There is nothing at this address.
title-email-verified = Email address verified
message-email-verified = Thank you. You can close this window.
title-password-changed = Password saved
message-password-changed = You can now sign in with your new password.
title-device-connected = Device connected
message-device-connected = You can go on at your device.
title-device-refused = Device not connected
message-device-refused = You can close this window.
title-still-signed-in = You are still signed in
message-still-signed-in = You can close this window.
link-to-sign-in = Go to sign-in
link-to-application = Go to { $name }
