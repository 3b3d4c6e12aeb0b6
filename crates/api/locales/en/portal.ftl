# The portal: what surrounds its pages
portal-skip = Skip to the content
portal-navigation = Parts of the portal
portal-sign-out = Sign out
portal-footer = Provided by { $vendor }
portal-overview = Overview
portal-members = Members
portal-invitations = Invitations
portal-roles = Roles
portal-clients = Machine clients
portal-requests = Access of applications
portal-domains = Domains
portal-logs = Audit log
portal-details = Organization
portal-elsewhere = Portal
portal-cancel = Cancel
portal-save = Save
portal-pages = Pages of the list
portal-first-page = Back to the start
portal-next-page = Next page

# Overview
portal-members-figure =
    { $count ->
        [one] member
       *[other] members
    }
portal-what-you-may = What you may do here
portal-you-may-nothing = You have no permissions to manage this organization. Someone who gives roles here can change that.
may-read-details = See the name and branding
may-update-details = Change the name and branding
may-delete-organization = Delete the organization
may-read-configuration = See what the organization may do
may-read-members = See the members
may-delete-memberships = Remove members
may-read-member-roles = See the roles of members
may-create-member-roles = Give members roles
may-delete-member-roles = Take roles from members
may-read-invitations = See invitations
may-create-invitations = Invite people
may-delete-invitations = Take invitations back
may-read-domains = See domains
may-create-domains = Add domains
may-update-domains = Verify domains
may-delete-domains = Remove domains
may-read-roles = See roles and what they permit
may-create-roles = Make roles
may-update-roles = Change roles
may-delete-roles = Delete roles
may-read-clients = See machine clients
may-create-clients = Make machine clients
may-update-clients = Change machine clients
may-delete-clients = Delete machine clients
may-read-client-grants = See which applications have access
may-create-client-grants = Give applications access
may-delete-client-grants = Take access from applications
may-read-logs = Read the audit log
may-read-effective-permissions = See why someone may do something

# Members
portal-members-search = Name or e-mail address
portal-members-with-role = With the role
portal-any-role = Any role
portal-members-none = There are no members.
portal-members-none-found = Nobody is found by that.
portal-select = Selection
portal-select-all = Select all on this page
portal-select-one = Select { $name }
portal-name = Name
portal-last-login = Last sign-in
portal-never = Never
portal-you = You
portal-role = Role
portal-choose-role = Choose a role
portal-bulk = For those who are selected
portal-bulk-all = Everyone in the organization, not only those who are selected
portal-bulk-all-found = Everyone who is found by this search, not only those who are selected
portal-bulk-give = Give the role
portal-bulk-take = Take the role
portal-bulk-remove = Remove from the organization
portal-bulk-give-title = Give the role { $role }
portal-bulk-take-title = Take the role { $role }
portal-bulk-remove-title = Remove from the organization
portal-bulk-concerns =
    { $count ->
        [one] This concerns { $count } member.
       *[other] This concerns { $count } members.
    }
portal-bulk-concerns-all = This concerns everyone who is found by the search.
portal-bulk-begin = Begin
portal-bulk-continue = Continue
portal-bulk-progress = Progress
portal-bulk-finished = Finished.
portal-bulk-done =
    { $count ->
        [one] Done for { $count } member.
       *[other] Done for { $count } members.
    }
portal-bulk-refused =
    { $count ->
        [one] Not done for { $count } member.
       *[other] Not done for { $count } members.
    }
portal-bulk-nobody = Nobody is selected. Select members, or everyone.
portal-bulk-no-role = Choose a role first.
portal-bulk-oneself = This is you: to leave the organization there is a page of its own.

# One member
portal-back-to-members = Back to the members
portal-fact-email = E-mail address
portal-fact-phone = Telephone
portal-fact-id = User id
portal-fact-created = Created
portal-fact-last-login = Last sign-in
portal-own-role = Own role
portal-member-no-roles = No roles.
portal-take = Take away
portal-take-role = Take away the role { $role }
portal-give-title = Give roles
portal-give = Give
portal-choose-roles = Roles
portal-roles-search = Part of a role’s name
portal-nothing-to-give = There is no role here that you can give.
portal-cannot-give = Roles that you cannot give
portal-cannot-give-why = You do not hold these permissions of them yourself:
portal-more-roles = There are more roles: search by name to find them.
portal-why-link = Why? What this member may do, and through what
portal-remove-title = Membership
portal-remove-lead = Whoever is removed loses all roles in this organization at once.
portal-remove = Remove from the organization
portal-remove-sure = Remove { $name } from the organization? All roles here are lost with it.
portal-remove-really = Remove

# Leaving
portal-leave-link = Leave this organization
portal-leave-title = Leave { $organization }
portal-leave-lead = You lose your roles here and can only come back by an invitation.
portal-leave-last = You are the last person here who can give roles, and so cannot leave. Give someone else a role that can, and come back.
portal-leave-button = Leave the organization

# The organization
portal-display-name = Name
portal-display-name-help = What people see. Leave it empty to show the short name.
portal-identifier = Short name
portal-identifier-help = In addresses and tokens: lower-case letters, digits, - and _. Applications may know the organization by it.
portal-logo = Address of the logo
portal-logo-help = Begins with https://. Leave it empty for none.
portal-primary = Colour of buttons
portal-primary-help = Such as #0059d6. Both colours, or neither.
portal-background = Colour of the background
portal-background-help = Such as #f3f4f7.
portal-preview = Preview
portal-preview-note = This is a preview. Nothing is saved yet.
portal-details-read-only = You have no permission to change these.
portal-organization-id = Organization id

# A link into the portal
portal-link-title = Go to { $name }
portal-link-lead = You go on as { $person }.
portal-link-replaces = { $person } is here in this browser now. If you go on, that visit ends.
portal-link-replace = Go on as { $person }
portal-link-stay = Stay as { $person }

# What happened
portal-done-given = The role was given.
portal-done-taken = The role was taken away.
portal-done-removed = The membership was ended.
portal-done-saved = Saved.
portal-done-again = You are signed in again. What you sent before was not carried out: please do it once more.

# What could not be done
portal-problem-title = That was not possible
portal-problem-denied = You have no permission for this any more, or never had it.
portal-problem-not-held = You cannot give what you do not hold yourself: { $permissions }
portal-problem-last-admin = This is the last person who can give roles here. Give someone else such a role first.
portal-problem-no-member = This person is not a member of the organization.
portal-problem-no-role = This role does not exist here, or may not be given here.
portal-problem-gone = This does not exist, or not any more.
portal-problem-too-many-roles = A member cannot have more roles.
portal-problem-full = The organization has as many members as it may have.
portal-problem-limit = There are as many of these as there may be.
portal-problem-taken = This is in use already: choose another.
portal-problem-invalid = { $field }: this cannot be.
portal-problem-forbidden = This cannot be changed here.
portal-problem-not-now = This is not possible as things are.
portal-problem-busy = Too much is going on at once. Please try again.
portal-problem-unforeseen = Something unexpected happened. Nothing was changed.
portal-problem-field-name = The short name cannot be so.
portal-problem-field-display-name = The name cannot be so: at most 255 characters.
portal-problem-field-logo = The logo’s address must begin with https://.
portal-problem-field-colors = A colour is # and three or six of the characters 0-9 and a-f; give both, or neither.
portal-not-here-title = Nothing here
portal-not-here = There is no such page, or not for you.
portal-denied-title = Not for you
portal-forged = The form did not come from a page of your visit. Go back and try again.
portal-bad = What was sent is not understood.

# Coming in
title-portal-ended = Your visit has ended
message-portal-ended = For your safety visits end after some time. What you sent was not carried out: sign in again, and you come back to the page.
message-portal-frame-ended = Your visit has ended. Go back to the application, and open this page from there again.
message-portal-signed-out = You are signed out.
message-portal-left = You are not a member of the organization any more.
title-portal-left = You have left
title-portal-refused = You cannot come in
link-to-portal = Sign in again
message-portal-link-spent = This link was used already or has expired. Ask for another where you got it.

# Forms and lists of more than one part
portal-delete = Delete
portal-revoke = Take back
portal-expired = Expired
portal-until = Until { $time }
portal-description = Description
portal-permissions = Permissions
portal-permissions-search = Part of a permission’s name
portal-not-held = Permissions that you do not hold, and so cannot give

# Invitations
portal-invite = Invite
portal-invite-emails = E-mail addresses
portal-invite-emails-help = 1 to 10 addresses, apart by spaces, commas or lines. Each is sent a letter.
portal-invite-wrong = Give 1 to 10 e-mail addresses.
portal-invitations-open = Open invitations
portal-invitations-none = Nobody is invited.
portal-invited-by = Invited by { $name }
portal-done-invited = Invited. The letters are on their way.
portal-done-revoked = Taken back.
portal-problem-invitations = No more than { $most } people can be invited in a day.

# Roles
portal-roles-none = No role is found by that.
portal-role-new = New role
portal-role-create = Make the role
portal-role-wrong = A role has a name of 1 to 255 characters without < and >, and at most 100 permissions at first.
portal-no-template = None
portal-template = Template
portal-template-help = Without a permission ticked below, the role begins with what you can give of the template’s.
portal-template-drifted = The role and its template { $role } have come to differ.
portal-template-same = The role permits what its template { $role } does.
portal-template-added = only in the template
portal-template-removed = only in this role
portal-vendors-role = Given by the vendor
portal-whose = Whose
portal-role-members = Members with this role
portal-suspended = Suspended
portal-suspended-note = Some permissions count for nothing at present: the vendor does not let this organization give them.
portal-role-delete = Delete the role
portal-role-delete-really = Delete it for good
portal-role-delete-concerns = Held by: { $count }
portal-role-delete-loses = Of those lose permissions: { $count }
portal-done-made = Made.
portal-done-deleted = Deleted.
portal-problem-held = The role is still held: { $count }

# Machine clients
portal-clients-search = Part of a client’s name
portal-clients-none = There are no machine clients.
portal-client-new = New machine client
portal-client-create = Make the client
portal-client-wrong = A client has a name, at least one permission, an end in the future if any, and a public key as PEM if any.
portal-client-no-permissions = To give a client permissions you need to be able to see roles.
portal-client-never-used = Never used
portal-client-last-used = Last used { $time } from { $address }
portal-client-id = Client id
portal-client-secret = Client secret
portal-secret-once = The secret is shown this once. Keep it where only the client gets at it.
portal-client-go = Go to the client
portal-client-why = Why? What this client may do, and through what
portal-client-delete = Delete the client
portal-client-delete-sure = Delete { $name }? Whatever uses it stops at once.
portal-public-key = Public key
portal-public-key-help = PEM. With one the client proves itself by signed assertions, and has no secret.
portal-add-key = Add the key
portal-add-key-help = PEM. With the first, the client has no secret any more.
portal-expires = End
portal-expires-help = The client ends with this day. Leave it empty for no end.
portal-last-use = Last use
portal-state = State
portal-enabled = In use
portal-disabled = Turned off
portal-enable = Turn on
portal-disable = Turn off
portal-by-vendor = by the vendor
portal-proof = How the client proves itself
portal-rotate = New secret, the old one for 24 hours more
portal-rotate-now = New secret, the old one ends now
portal-rotate-help = By a secret. A new one is shown once.

# Access of applications
portal-request-title = { $name } on { $api }
portal-request-since = Asked
portal-request-message = Message
portal-requests-none = Nobody asks for access.
portal-approve = Approve what is ticked
portal-refuse = Refuse
portal-let-in = Give access to what is ticked
portal-let-in-title = Applications with access
portal-let-in-none = No application has access.
portal-done-approved = Access was given.
portal-done-refused = Refused.

# Domains
portal-domain = Domain
portal-domain-help = Such as example.com.
portal-domain-add = Add
portal-domain-wrong = This is not a domain.
portal-domains-none = There are no domains.
portal-domain-verified = Verified
portal-domain-pending = Not verified
portal-domain-failed = Record not found
portal-domain-record = Add this TXT record at { $host }:
portal-domain-verify = Verify
portal-domain-not-found = The record was not found. Changes can take some time to be seen everywhere.
portal-done-verified = Verified.

# Audit log
portal-logs-search = Search
portal-logs-help = Such as user_id:"auth0|1" or ip:192.0.2.1, with AND, OR and NOT.
portal-logs-action = Action
portal-logs-since = From
portal-logs-until = Until
portal-logs-none = Nothing is found by that.
portal-logs-not-understood = The search is not understood.
portal-logs-csv = Download as CSV
portal-logs-jsonl = Download as JSON Lines
portal-logs-about = About { $name }
portal-logs-when = When
portal-logs-who = Who
portal-logs-what = What
portal-logs-subject = Of what
portal-logs-user = Person
portal-logs-address = Address
portal-logs-program = Program
portal-logs-before = Before
portal-logs-after = After
portal-logs-request = Request id
portal-logs-did =
    { $what ->
        [organization-created] The organization was made
        [organization-updated] The organization was changed
        [organization-deleted] The organization was deleted
        [organization-envelope_set] What the organization may do was changed
        [organization-members_added] Members were added
        [organization-members_removed] Members were removed
        [organization-member_left] A member left
        [organization-member_roles_added] A member was given roles
        [organization-member_roles_removed] Roles of a member were taken
        [organization-roles_handed_over] Roles were handed over
        [organization-invitation_created] Someone was invited
        [organization-invitation_resent] An invitation was sent again
        [organization-invitation_accepted] An invitation was accepted
        [organization-invitation_revoked] An invitation was taken back
        [organization-discovery_domain_added] A domain was added
        [organization-discovery_domain_checked] A domain was checked
        [organization-discovery_domain_updated] A domain was changed
        [organization-discovery_domain_removed] A domain was removed
        [organization-connection_added] A way to sign in was added
        [organization-connection_updated] A way to sign in was changed
        [organization-connection_removed] A way to sign in was removed
        [organization-client_grant_added] An application was given access
        [organization-client_grant_removed] The access of an application was taken
        [organization-client_grant_requested] An application asked for access
        [organization-client_grant_request_approved] A request for access was approved
        [organization-client_grant_request_refused] A request for access was refused
        [organization-client_grant_request_withdrawn] A request for access was withdrawn
        [organization-portal_link_created] A link to these pages was made
        [organization-audience-set] The audience of an API was set
        [organization-audience-removed] The audience of an API was removed
        [role-created] A role was made
        [role-updated] A role was changed
        [role-deleted] A role was deleted
        [role-permissions_added] A role was given permissions
        [role-permissions_removed] Permissions of a role were taken
        [client-created] A machine client was made
        [client-updated] A machine client was changed
        [client-deleted] A machine client was deleted
        [client-secret_rotated] The secret of a machine client was replaced
        [client-credential_created] A key of a machine client was added
        [client-credential_updated] A key of a machine client was changed
        [client-credential_deleted] A key of a machine client was removed
        [client-access_replaced] The access of a machine client was changed
        [s] Signed in
        [ssa] Signed in without being asked
        [slo] Signed out
        [f] A sign-in was refused
        [fp] A sign-in with a wrong password
        [fu] A sign-in to an unknown account
        [limit_wc] A sign-in was refused after too many failures
        [ss] Signed up
        [fs] A sign-up was refused
        [scp] A password was changed
        [scpr] A new password was asked for
        [sv] An e-mail address was verified
        [si] An invitation was accepted
        [fi] An invitation could not be accepted
        [seccft] A machine client got a token
        [feccft] A machine client was refused a token
        [seacft] An application got tokens for a sign-in
        [feacft] An application was refused tokens for a sign-in
        [sertft] An application renewed its tokens
        [fertft] An application was refused new tokens
        [ferrt] A refresh token was used twice and is revoked
        [srrt] A refresh token was revoked
        [sede] A device got tokens
        [fede] A device was refused tokens
        [actions_execution_failed] An Action failed
       *[other] { $told }
    }
portal-logs-back = Back to the log

# Why
portal-rights-title = What is permitted, and why
portal-rights-api = API
portal-rights-none = Nothing is held on this API.
portal-rights-back = Back
portal-held = Held
portal-withheld = Withheld
portal-through-direct = Given directly.
portal-through-role = Through the role { $role }.
portal-through-grant = Through the client’s access.
portal-through-grant-roles = Through the client’s access and these roles: { $roles }
portal-against-envelope = Through { $role } not: the vendor does not let this organization give it.
portal-against-grant = The client’s access does not include it.
portal-against-organizations = The client is not let in to this organization.
portal-against-kind = The API, or the client, is closed for this.
portal-against-blocked = The account is blocked.
portal-against-scope = The organization did not give the client this.
portal-against-roles = None of the client’s roles here has it.
portal-against-policy = An access policy of the vendor refuses it.
portal-against-other = Something else stands in the way.
portal-problem-not-configured = The vendor has not set this up.
portal-problem-too-soon = This was tried just now. Wait a little.
