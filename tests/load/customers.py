"""The customers of the portal's load test: a large one, and many others. Standard library only.

What is one of a kind is made through the Management API; the many rows are copies of these.
"""

import json

from management import create, get
from rows import database

MEMBERS, ROLES, ROLES_OF_VENDOR, CLIENTS, PARTNERS, INVITATIONS, ENTRIES = 100_000, 1_000, 100, 300, 40, 500, 100_000
PERMISSIONS, PERMISSIONS_OF_ROLE, ROLES_OF_MEMBER = 200, 5, 3
# Of each other customer.
MEMBERS_EACH, ENTRIES_EACH = 2, 3
# The others have as many entries as the large one where they are few.
LEAST_ENTRIES = 100_000

API, CONNECTION, PASSWORD = "https://api.example", "Username-Password-Authentication", "Load-Test-Guildhall-1"
ACTIONS = [
    ("sapi", "organization.member_roles_added", 40),
    ("sapi", "organization.member_roles_removed", 10),
    ("sapi", "organization.invitation_created", 9),
    ("sapi", "role.updated", 1),
    ("s", None, 20),
    ("seccft", None, 20),
]
FIRST_NAMES = (
    "Ada Bea Carl Dora Emil Frieda Georg Hedy Ivan Jürgen Käthe Luis Mara Nils Olga Paul Rosa Sven Tove Uwe".split()
)
LAST_NAMES = (
    "Adler Becker Curie Dietz Ernst Fuchs Gauss Hopper Ihle Jung Klein Lovelace Meyer Noether Otto Planck".split()
)

rows = database()


def scrambled(number):
    """Numbers of seven digits in another order, as ids come that were made at different times."""
    return 1_000_000 + number * 618_033 % 1_000_003


def user(number):
    return f"auth0|load{scrambled(number)}"


def organization(number):
    return f"org_load{scrambled(number)}"


def role(kind, number):
    return f"rol_{kind}{scrambled(number)}"


def address(number):
    return f"person{number}@customers.example"


def name(number):
    return f"{FIRST_NAMES[number % 20]} {LAST_NAMES[number // 20 % 16]} {number}"


class Vendor:
    """The vendor, its large customer and the admin there."""

    def __init__(self, my_organization):
        self.my_organization = my_organization
        values = [f"permission:{number:03}" for number in range(PERMISSIONS)]
        self.api = create(
            "resource-servers", identifier=API, enforce_policies=True, scopes=[{"value": it} for it in values]
        )
        apis = get("resource-servers?per_page=100")
        (self.own_api,) = [api for api in apis if api["identifier"] == my_organization]
        scopes = [scope["value"] for scope in self.own_api["scopes"]]
        self.admin_role = create("roles", name="Admin")["id"]

        def of(api, names):
            return [{"resource_server_identifier": api, "permission_name": it} for it in names]

        create(f"roles/{self.admin_role}/permissions", permissions=of(my_organization, scopes))
        for start in range(0, PERMISSIONS, 100):
            create(f"roles/{self.admin_role}/permissions", permissions=of(API, values[start : start + 100]))
        self.large = self._customer("large")
        self.template = self._customer("template")
        self.admin = self._person("admin@large.example")
        create(f"organizations/{self.large}/members", members=[self.admin])
        create(f"organizations/{self.large}/members/{self.admin.replace('|', '%7C')}/roles", roles=[self.admin_role])
        self.machine = create("clients", name="robot", app_type="non_interactive", grant_types=["client_credentials"])
        grant = {"client_id": self.machine["client_id"], "organization_usage": "allow", "allow_any_organization": True}
        create("client-grants", audience=my_organization, scope=scopes, **grant)
        create("client-grants", audience=API, scope=values, **grant)
        app = {"app_type": "regular_web", "initiate_login_uri": "https://app.example/", "organization_usage": "require"}
        self.app = create("clients", name="app", **app)
        self.partners = []
        for number in range(PARTNERS):
            partner = create("clients", name=f"Partner {number}", app_type="non_interactive")
            grant = {
                "client_id": partner["client_id"],
                "organization_usage": "allow",
                "allow_organization_approval": True,
            }
            self.partners.append(create("client-grants", audience=API, scope=values[:3], **grant)["id"])
        for grant in self.partners[:10]:
            create(f"organizations/{self.large}/client-grant-requests", grant_id=grant)
        self._templates()

    def _customer(self, name):
        made = create("organizations", name=name, display_name=name.title())["id"]
        connection = get(f"connections?name={CONNECTION}")[0]["id"]
        create(f"organizations/{made}/enabled_connections", connection_id=connection)
        return made

    def _person(self, email):
        made = {"connection": CONNECTION, "email": email, "password": PASSWORD, "email_verified": True}
        return create("users", **made)["user_id"]

    def _templates(self):
        """Rows to copy, each made by a call."""
        person = self._person("template@customers.example")
        own_role = create("roles", name="template")["id"]
        robot = create("clients", name="template", app_type="non_interactive", grant_types=["client_credentials"])[
            "client_id"
        ]
        grant = {"audience": API, "scope": [], "organization_usage": "require"}
        grant = create("client-grants", client_id=robot, **grant)["id"]
        create(f"organizations/{self.template}/client-grants", grant_id=grant)
        invitation = self.invite(self.template, "guest")
        create(f"organizations/{self.template}/members", members=[person])
        create(f"organizations/{self.template}/members/{person.replace('|', '%7C')}/roles", roles=[own_role])
        self.user = rows.row("users", f"id = '{person}'")
        self.organization = rows.row("organizations", f"id = '{self.template}'")
        self.role = rows.row("roles", f"id = '{own_role}'")
        self.client = rows.row("clients", f"id = '{robot}'")
        self.grant = rows.row("client_grants", f"id = '{grant}'")
        self.association = rows.row("organization_client_grants", f"grant_id = '{grant}'")
        self.invitation = rows.row("invitations", f"id = '{invitation}'")
        self.membership = rows.row("memberships", f"user_id = '{person}'")
        self.held = rows.row("membership_roles", f"user_id = '{person}'")
        self.entry = rows.row("logs", f"organization_id = '{self.template}' ORDER BY id DESC LIMIT 1")
        # What the database writes itself.
        del self.membership["search_text"], self.entry["action"]
        self.now = int(self.user["created_at"])
        self.tenant = self.user["tenant_id"]

    def invite(self, organization, guest):
        invitation = {"inviter": {"name": "Ada"}, "invitee": {"email": f"{guest}@customers.example"}}
        invitation |= {"client_id": self.app["client_id"], "send_invitation_email": False}
        return create(f"organizations/{organization}/invitations", **invitation)["id"]

    def people(self, numbers):
        """People with the names and addresses of their numbers."""

        def changed(n):
            return {"id": user(n), "email": address(n), "name": name(n)}

        rows.add("users", ({**self.user, **changed(n)} for n in numbers))

    def members(self, pairs):
        rows.add("memberships", ({**self.membership, "organization_id": of, "user_id": it} for of, it in pairs))

    def holdings(self, triples):
        def held(of, who, what):
            return {"organization_id": of, "user_id": who, "role_id": what, "by_organization": 1}

        rows.add("membership_roles", ({**self.held, **held(*triple)} for triple in triples))

    def roles(self, several):
        """Roles by id, name and owner."""
        rows.add("roles", ({**self.role, "id": id, "name": name, "owner_id": of} for id, name, of in several))

    def permissions(self, pairs):
        def of(id, api, name):
            return {
                "tenant_id": self.tenant,
                "role_id": id,
                "resource_server_id": api,
                "permission": name,
            }

        rows.add("role_permissions", (of(*triple) for triple in pairs))

    def clients(self, several):
        """Clients of organizations' own, by id, name and owner, each with access to the API."""
        several = list(several)
        scope = json.dumps(["permission:001"])
        rows.add("clients", ({**self.client, "id": id, "name": name, "owner_id": of} for id, name, of in several))
        rows.add(
            "client_grants",
            ({**self.grant, "id": f"cgr_{id}", "client_id": id, "scope": scope} for id, _, _ in several),
        )
        association = {**self.association, "scope": scope, "by_organization": 1}
        rows.add(
            "organization_client_grants",
            ({**association, "organization_id": of, "grant_id": f"cgr_{id}"} for id, _, of in several),
        )

    def partners_of(self, pairs):
        association = {**self.association, "scope": json.dumps(["permission:001"]), "by_organization": 1}
        rows.add(
            "organization_client_grants", ({**association, "organization_id": of, "grant_id": it} for of, it in pairs)
        )

    def invitations(self, several):
        """Invitations by their number, and who invites: they are counted and searched, but cannot be opened."""

        def changed(n, of):
            return {
                "id": f"uinv_load{n:08}",
                "ticket_hash": f"load{n}",
                "organization_id": of,
                "email": f"guest{n}@customers.example",
            }

        rows.add("invitations", ({**self.invitation, **changed(*it)} for it in several))

    def entries(self, several):
        """Entries of the log, by when, number, organization, kind, action, user and client."""
        details = json.loads(self.entry["details"])

        def entry(when, number, of, kind, action, user, client):
            of_token = {"audience": API, "scope": "permission:001", "request_id": ""}
            told = {**details, "action": action} if action else of_token
            return {
                **self.entry,
                "id": f"900{(when << 80) + number:039}",
                "date": when,
                "kind": kind,
                "epoch": None,
                "description": action or "",
                "user_id": user,
                "client_id": client,
                "organization_id": of,
                "ip": f"192.0.2.{number % 250}",
                "details": json.dumps(told),
            }

        rows.add("logs", (entry(*it) for it in several))


def fill_large(vendor):
    """The large customer."""
    large = vendor.large
    vendor.people(range(MEMBERS - 1))
    vendor.members((large, user(n)) for n in range(MEMBERS - 1))

    def own(n):
        return role("own", n % ROLES)

    vendor.roles((own(n), f"Team {n}", large) for n in range(ROLES))
    vendor.roles((role("of", n), f"Standard {n}", None) for n in range(ROLES_OF_VENDOR))
    several = [own(n) for n in range(ROLES)] + [role("of", n) for n in range(ROLES_OF_VENDOR)]

    def name(number, step):
        return f"permission:{(number * 7 + step) % PERMISSIONS:03}"

    steps = range(PERMISSIONS_OF_ROLE)
    vendor.permissions((id, vendor.api["id"], name(n, step)) for n, id in enumerate(several) for step in steps)
    # Some of its roles make admins.
    vendor.permissions((own(n), vendor.own_api["id"], "create:my_org:member_roles") for n in range(10))
    vendor.holdings(
        (large, user(n), own(n + 331 * step)) for n in range(MEMBERS - 1) for step in range(ROLES_OF_MEMBER)
    )

    def client(n):
        return f"own{n:029}"

    vendor.clients((client(n), f"Robot {n}", large) for n in range(CLIENTS))
    vendor.partners_of((large, grant) for grant in vendor.partners[20:])
    for number in range(INVITATIONS):
        vendor.invite(large, f"guest{number}")
    kinds = [(kind, action) for kind, action, share in ACTIONS for _ in range(share)]

    def entry(n):
        kind, action = kinds[n * 37 % len(kinds)]
        # One in a hundred clients was used long ago, or never.
        by = client(n % (CLIENTS - 3)) if kind == "seccft" else vendor.machine["client_id"]
        who = None if kind == "seccft" else user(n * 13 % (MEMBERS - 1))
        return vendor.now - (ENTRIES - n) * 60_000, n, large, kind, action, who, by

    vendor.entries(entry(n) for n in range(ENTRIES))


def fill_others(vendor, numbers):
    """The other customers of these numbers."""
    numbers = range(*numbers)
    first = MEMBERS + numbers.start * MEMBERS_EACH
    people = range(first, first + len(numbers) * MEMBERS_EACH)

    def of(person):
        return organization((person - MEMBERS) // MEMBERS_EACH)

    def changed(n):
        return {"id": organization(n), "name": f"customer{n}", "display_name": f"Customer {n}"}

    rows.add("organizations", ({**vendor.organization, **changed(n)} for n in numbers))
    vendor.people(people)
    vendor.members((of(n), user(n)) for n in people)
    vendor.roles((role("its", n), f"Team {n}", organization(n)) for n in numbers)
    vendor.permissions((role("its", n), vendor.api["id"], f"permission:{n % PERMISSIONS:03}") for n in numbers)
    # Each has a role that makes admins.
    vendor.permissions((role("its", n), vendor.own_api["id"], "create:my_org:member_roles") for n in numbers)
    vendor.holdings((of(n), user(n), role("its", (n - MEMBERS) // MEMBERS_EACH)) for n in people)

    def client(n):
        return f"its{n:029}"

    vendor.clients((client(n), f"Robot {n}", organization(n)) for n in numbers)
    vendor.partners_of((organization(n), vendor.partners[n % PARTNERS]) for n in numbers)
    vendor.invitations((1_000_000 + n, organization(n)) for n in numbers)
    each = max(ENTRIES_EACH, LEAST_ENTRIES // numbers.stop)
    actions = [(kind, action) for kind, action, _ in ACTIONS]

    def entry(n, number):
        kind, action = actions[number % len(actions)]
        by, who = vendor.machine["client_id"], user(first + (n - numbers.start) * MEMBERS_EACH)
        if kind == "seccft":
            by, who = client(n), None
        when = vendor.now - (number * 7_919 + n * 104_729) % (ENTRIES * 60_000)
        return when, 1_000_000 + n * each + number, organization(n), kind, action, who, by

    vendor.entries(entry(n, number) for n in numbers for number in range(each))


def settle():
    rows.settle()
