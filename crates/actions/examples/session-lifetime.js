// Ends sessions as soon as the organization's metadata says.
exports.onExecutePostLogin = async (event, api) => {
  const hours = Number(event.organization?.metadata.session_hours);
  if (!hours || !event.session) return;
  api.session.setExpiresAt(new Date(event.session.created_at).getTime() + hours * 3600 * 1000);
};
