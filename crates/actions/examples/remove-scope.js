// Whoever has not accepted the terms may read and not write.
exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata?.terms_accepted) return;
  for (const scope of event.transaction?.requested_scopes ?? []) {
    if (scope.startsWith('write:')) api.accessToken.removeScope(scope);
  }
};
