// Lets the members of an organization in from its own network only: a prefix of addresses in its metadata.
exports.onExecutePostLogin = async (event, api) => {
  const prefixes = event.organization?.metadata.allowed_networks?.split(',') ?? [];
  if (prefixes.length > 0 && !prefixes.some((prefix) => event.request.ip.startsWith(prefix.trim()))) {
    api.access.deny(`Sign in from the network of ${event.organization.display_name}.`);
  }
};
