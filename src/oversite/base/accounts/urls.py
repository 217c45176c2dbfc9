"""Where accounts answer: signing in and out, the session, users, roles, keys."""

from django.urls import include, path

from oversite.base.accounts.views import roles, signing, tokens, users

signing_in = [
    path("login/", signing.SignIn.as_view(), name="account_login"),
    path("logout/", signing.SignOut.as_view(), name="account_logout"),
    path("inactive/", signing.Inactive.as_view(), name="account_inactive"),
    path("confirm/", signing.Confirm.as_view(), name="account_reauthenticate"),
    path("password/", signing.ChangePassword.as_view(), name="account_change_password"),
    path("second-factor/", signing.SecondFactorState.as_view(), name="mfa_index"),
    path("second-factor/sign-in/", signing.SecondFactor.as_view(), name="mfa_authenticate"),
    path("second-factor/confirm/", signing.ConfirmWithCode.as_view(), name="mfa_reauthenticate"),
    path("second-factor/enrol/", signing.Enrol.as_view(), name="mfa_activate_totp"),
    path("second-factor/remove/", signing.Remove.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/codes/", signing.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", signing.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("second-factor/codes.txt", signing.RecoveryCodesFile.as_view(), name="mfa_download_recovery_codes"),
    path("session/alive", signing.alive, name="session_alive"),
    path("session/left", signing.left, name="session_left"),
]
people = [
    path("users/", users.UserList.as_view(), name="users"),
    path("users/new/", users.UserCreate.as_view(), name="new-user"),
    path("users/<int:pk>/", users.UserDetail.as_view(), name="user"),
    path("users/<int:pk>/edit/", users.UserEdit.as_view(), name="edit-user"),
    path("users/<int:pk>/disable/", users.Disable.as_view(), name="disable"),
    path("users/<int:pk>/enable/", users.Enable.as_view(), name="enable"),
    path("users/<int:pk>/unlock/", users.Unlock.as_view(), name="unlock"),
    path("users/<int:pk>/password/", users.ResetPassword.as_view(), name="reset-password"),
    path("users/<int:pk>/second-factor/", users.ResetSecondFactor.as_view(), name="reset-second-factor"),
    path("users/<int:pk>/training/", users.RecordTraining.as_view(), name="record-training"),
    path("users/<int:pk>/roles/", roles.Grant.as_view(), name="grant"),
    path("trainings/<int:pk>/void/", users.VoidTraining.as_view(), name="void-training"),
    path("grants/<int:pk>/revoke/", roles.Revoke.as_view(), name="revoke"),
    path("grants/<int:pk>/narrow/", roles.Narrow.as_view(), name="narrow"),
    path("roles/", roles.RoleList.as_view(), name="roles"),
    path("roles/new/", roles.RoleCreate.as_view(), name="new-role"),
    path("roles/<int:pk>/", roles.RoleDetail.as_view(), name="role"),
    path("roles/<int:pk>/edit/", roles.RoleEdit.as_view(), name="edit-role"),
    path("roles/<int:pk>/delete/", roles.RoleDelete.as_view(), name="delete-role"),
    path("keys/", tokens.TokenList.as_view(), name="tokens"),
    path("keys/new/", tokens.TokenCreate.as_view(), name="new-token"),
    path("keys/<int:pk>/revoke/", tokens.TokenRevoke.as_view(), name="revoke-token"),
]
urlpatterns = [*signing_in, path("", include((people, "accounts")))]
