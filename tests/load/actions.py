"""Binds as many trivial Actions to the tokens of machines as its argument says. Standard library only."""

import sys

from management import change, create

CODE = """exports.onExecuteCredentialsExchange = async (event, api) => {
  api.accessToken.setCustomClaim('https://load.example/organization', event.organization.name);
};"""

bindings = []
count = int(sys.argv[1])
for number in range(count):
    action = create(
        "actions/actions",
        name=f"Action {number} of {count}",
        code=CODE,
        supported_triggers=[{"id": "credentials-exchange", "version": "v2"}],
        deploy=True,
    )
    bindings.append({"ref": {"type": "action_id", "value": action["id"]}})
change("actions/triggers/credentials-exchange/bindings", bindings=bindings)
