"""Asks for the pages of the portal and for what the My Organization API reads, beside few other customers and many.

Standard library only. Reads TEST_HTTP, TEST_DOMAIN, TEST_DATABASE, MANAGEMENT_TOKEN and TIMES.
"""

import base64
import json
import os
import sys
import time
from datetime import datetime, timezone
from urllib.parse import quote, urlencode

import customers
from customers import API, ENTRIES, MEMBERS, PASSWORD, Vendor, address, role, user
from visitor import ISSUER, Visitor

TIMES = int(os.environ.get("TIMES", "100"))
FEW, MANY = 10, 100_000
LIMIT = 100


def cursor(key):
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def day(vendor, days_ago):
    return datetime.fromtimestamp(vendor.now / 1000 - days_ago * 86_400, timezone.utc).strftime("%Y-%m-%d")


def searches(vendor):
    """What is asked of lists: of members, and of the log."""
    members = {
        "": {},
        ", deep in the list": {"from": cursor("auth0|load1500000")},
        ", a text of most": {"q": "customers.example"},
        ", a text of a hundred": {"q": "BECKER 77"},
        ", a text of one": {"q": address(77_777)},
        ", a text of nobody": {"q": "nobody at all"},
        ", a role of 300": {"role": role("own", 500)},
        ", a role of 300 and a text of one": {"role": role("own", 500), "q": address(500)},
    }
    used, unused, long_ago = user(13 * 41 % (MEMBERS - 1)), user(50_000), (day(vendor, 69), day(vendor, 67))
    logs = {
        "": ("", None),
        ", deep": ("", cursor(f"900{(vendor.now - ENTRIES // 2 * 60_000) << 80:039}")),
        ", a frequent action": ("action:organization.member_roles_added", None),
        ", a rare action": ("action:role.updated", None),
        ", no such action": ("action:organization.deleted", None),
        ", actions that begin so": ("action:role.*", None),
        ", no actions that begin so": ("action:client.*", None),
        ", a type": ("type:seccft", None),
        ", no such type": ("type:fp", None),
        ", a user": (f'user_id:"{used}"', None),
        ", no such user": (f'user_id:"{unused}"', None),
        ", a client": (f"client_id:own{5:029}", None),
        ", an address": ("ip:192.0.2.7", None),
        ", no such address": ("ip:203.0.113.7", None),
        ", days long ago": (f"date:[{long_ago[0]} TO {long_ago[1]}]", None),
        ", days before all": ("date:[* TO 2001-01-01]", None),
        ", neither nor": ("NOT type:(sapi OR s OR seccft)", None),
    }
    return members, logs


def pages(vendor, entry):
    """The pages of the portal, by what they are called."""
    members, logs = searches(vendor)
    member, own = quote(user(4711), safe=""), role("own", 500)
    client, api = f"own{5:029}", quote(API, safe="")
    all_pages = {"overview": "", "leave": "/leave"}
    all_pages |= {f"members{called}": f"/members?{urlencode(query)}" for called, query in members.items()}
    all_pages |= {
        "a member": f"/members/{member}",
        "a member, roles sought": f"/members/{member}?roles=team+50",
        "a member's rights, and why": f"/members/{member}/rights?api={api}",
        "invitations": "/invitations",
        "roles": "/roles",
        "roles, deep in the list": f"/roles?from={cursor(role('own', 0))}",
        "roles, a text of few": "/roles?q=TEAM+77",
        "roles, a text of none": "/roles?q=nothing",
        "a new role": "/roles/new",
        "a role of its own": f"/roles/{own}",
        "a role of the vendor's": f"/roles/{role('of', 5)}",
        "clients": "/clients",
        "clients, a text of one": "/clients?q=ROBOT+277",
        "a new client": "/clients/new",
        "a client": f"/clients/{client}",
        "a client's rights, and why": f"/clients/{client}/rights?api={api}",
        "others' clients": "/requests",
        "domains": "/domains",
        "details": "/details",
    }
    for called, (query, start) in logs.items():
        all_pages[f"log{called}"] = "/logs?" + urlencode({"q": query, **({"from": start} if start else {})})
    all_pages |= {"an entry of the log": f"/logs/{entry}", "the log as CSV": "/logs/export?format=csv"}
    return {called: f"/portal{path}" for called, path in all_pages.items()}


def reads(vendor, entry):
    """What is read by the API, by what it is called."""
    members, logs = searches(vendor)
    member, own = quote(user(4711), safe=""), role("own", 500)
    client, api, here = f"own{5:029}", quote(API, safe=""), quote(vendor.my_organization, safe="")
    all_reads = {
        "me": "/me",
        "details": "/details",
        "domains": "/domains",
        "config": "/config",
        "config, envelope": "/config/envelope",
    }
    for called, query in members.items():
        query = {{"role": "role_id"}.get(name, name): value for name, value in query.items()}
        all_reads[f"members{called}"] = "/members?" + urlencode(query)
    all_reads |= {
        "a member": f"/members/{member}",
        "a member's roles": f"/members/{member}/roles",
        "a member's rights": f"/members/{member}/effective-permissions?resource_server_identifier={api}",
        "a member's right, and how to get it": f"/members/{member}/effective-permissions"
        f"?resource_server_identifier={here}&permission_name=create:my_org:member_roles",
        "invitations": "/member-invitations",
        "roles": "/roles",
        "own roles, a text of few": "/roles?type=organization&name=TEAM+77",
        "a role": f"/roles/{own}",
        "a role's permissions": f"/roles/{own}/permissions",
        "who would lose a role of 300": f"/roles/{own}/deletion",
        "permissions": "/permissions?take=100",
        "clients": "/clients",
        "a client": f"/clients/{client}",
        "a client's rights": f"/clients/{client}/effective-permissions?resource_server_identifier={api}",
        "others' clients": "/client-grants",
        "others' clients, available": "/client-grants/available",
        "others' clients, requests": "/client-grant-requests",
    }
    for called, (query, start) in logs.items():
        said = {**({"q": query} if query else {}), **({"from": start} if start else {})}
        all_reads[f"log{called}"] = "/logs?" + urlencode(said)
    all_reads["an entry of the log"] = f"/logs/{entry}"
    return {called: f"/my-org/v1{path}" for called, path in all_reads.items()}


def visits(vendor):
    """The admin on the portal, and a machine client with a token."""
    admin = Visitor()
    page = admin.open(f"/portal?organization={vendor.large}")
    admin.send(page, username="admin@large.example", password=PASSWORD)
    form = {"grant_type": "client_credentials", "client_id": vendor.machine["client_id"]}
    form |= {
        "client_secret": vendor.machine["client_secret"],
        "audience": vendor.my_organization,
        "organization": vendor.large,
    }
    token = json.loads(Visitor().open("/oauth/token", form))["access_token"]
    return admin, Visitor(authorization=f"Bearer {token}")


def measured(visitor, paths):
    """p50, p99 and the worst of each."""
    told = {}
    for called, path in paths.items():
        taken = sorted(visitor.time(path, TIMES))
        told[called] = (taken[len(taken) // 2], taken[len(taken) * 99 // 100 - 1], taken[-1])
    return told


def show(title, few, many):
    print(f"{title:<40}{f'{FEW:,} others, ms':>24} {f'{MANY:,} others, ms':>24}")
    print(f"{'':<40}" + " ".join(["".join(f"{name:>8}" for name in ("p50", "p99", "worst"))] * 2))
    for called, one in few.items():
        figures = "".join(f"{value:>8.1f}" for value in one) + " " + "".join(f"{value:>8.1f}" for value in many[called])
        print(f"{called:<40}{figures}{'  *' if max(one[1], many[called][1]) > LIMIT else ''}")
    print()


def said(what):
    print(what, file=sys.stderr, flush=True)


start = time.monotonic()
said("making the large customer")
vendor = Vendor(f"{ISSUER}my-org/")
customers.fill_large(vendor)
customers.fill_others(vendor, (0, FEW))
customers.settle()
said(f"made after {time.monotonic() - start:.0f} s; asking")
admin, machine = visits(vendor)
entry = json.loads(machine.open("/my-org/v1/logs?take=1"))["logs"][0]["log_id"]
before = measured(admin, pages(vendor, entry)), measured(machine, reads(vendor, entry))
said(f"making {MANY:,} other customers")
customers.fill_others(vendor, (FEW, MANY))
customers.settle()
said(f"made after {time.monotonic() - start:.0f} s; asking")
after = measured(admin, pages(vendor, entry)), measured(machine, reads(vendor, entry))
print(f"time to the first byte, of {TIMES} requests one after another; * is more than {LIMIT} ms")
for title, few, many in zip(("pages of the portal", "the My Organization API"), before, after):
    show(title, few, many)
