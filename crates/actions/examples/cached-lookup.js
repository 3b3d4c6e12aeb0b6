// Asks the billing service whether the organization has paid, once in five minutes.
exports.onExecutePostLogin = async (event, api) => {
  if (!event.organization) return;
  const key = event.organization.id;
  let state = api.cache.get(key)?.value;
  if (state === undefined) {
    const url = new URL(`/v1/accounts/${encodeURIComponent(key)}`, 'https://billing.acme.example');
    const response = await fetch(url, { headers: { authorization: `Bearer ${event.secrets.BILLING_KEY}` } });
    if (!response.ok) throw new Error(`billing answered ${response.status}`);
    ({ state } = await response.json());
    api.cache.set(key, state, { ttl: 5 * 60 * 1000 });
  }
  if (state === 'overdue') api.access.deny('The subscription of your organization has ended.');
};
