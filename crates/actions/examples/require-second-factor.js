// Organizations that ask for it only let people in who used a second factor.
exports.onExecutePostLogin = async (event, api) => {
  if (event.organization?.metadata.require_mfa !== 'true') return;
  const methods = event.authentication?.methods ?? [];
  if (!methods.some(({ name }) => name === 'mfa')) api.access.deny('Your organization asks for a second factor.');
};
