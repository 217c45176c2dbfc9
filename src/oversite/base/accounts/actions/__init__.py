"""Everything that changes accounts: users, roles, training, tokens, saved views."""

from oversite.base.accounts.actions.granting import (
    ROLE_FACTS,
    change_role,
    create_role,
    delete_role,
    grant_role,
    narrow_grant,
    revoke_role,
)
from oversite.base.accounts.actions.tokens import NewToken, issue_token, revoke_token, use_token
from oversite.base.accounts.actions.training import record_training, void_training
from oversite.base.accounts.actions.users import (
    USER_FACTS,
    NewUser,
    change_own_password,
    change_user,
    create_user,
    disable_user,
    enable_user,
    reset_password,
    reset_second_factor,
    unlock_user,
)

__all__ = [
    "ROLE_FACTS",
    "USER_FACTS",
    "NewToken",
    "NewUser",
    "change_own_password",
    "change_role",
    "change_user",
    "create_role",
    "create_user",
    "delete_role",
    "disable_user",
    "enable_user",
    "grant_role",
    "issue_token",
    "narrow_grant",
    "record_training",
    "reset_password",
    "reset_second_factor",
    "revoke_role",
    "revoke_token",
    "unlock_user",
    "use_token",
    "void_training",
]
