// Nobody registers with the address of a mailbox for one day.
exports.onExecutePreUserRegistration = async (event, api) => {
  const domain = event.user.email?.split('@')[1];
  if (['mailbox.example', 'one-day.example'].includes(domain)) {
    api.access.deny(`${domain} is blocked`, 'Please use the address of your company.');
    return;
  }
  api.user.setAppMetadata('source', event.client?.name ?? 'unknown');
};
