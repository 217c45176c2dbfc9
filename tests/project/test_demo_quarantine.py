"""The demonstration of quarantine shows every state, and may be loaded twice."""

import pytest

from oversite.base.numbers.queries import unbalanced_pools
from oversite.common import config
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.project.demo.load import load

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


def test_a_declaration_stands_in_every_state(data_dir):
    accounts = load(config.current())
    assert {account.username for account in accounts} > {"q-province", "q-officer", "q-vet-1", "q-producer"}
    assert set(Declaration.objects.values_list("state", flat=True)) == set(State)
    assert unbalanced_pools() == []
    declarations = Declaration.objects.count()
    assert len(load(config.current())) == len(accounts)
    assert Declaration.objects.count() == declarations
