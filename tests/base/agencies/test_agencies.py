"""The tree of agencies: made, moved, closed, and who sees it."""

import pytest

from oversite.base.accounts.actions import disable_user
from oversite.base.agencies.actions import (
    change_agency,
    close_agency,
    create_agency,
    create_department,
    move_agency,
    rename_department,
    reopen_agency,
)
from oversite.base.agencies.models import Agency
from oversite.base.agencies.queries import agencies, chain_of, departments
from oversite.base.agencies.views import nodes
from oversite.base.audit.models import Entry
from oversite.common.errors import Refused

pytestmark = pytest.mark.django_db


def fresh(agency: Agency) -> Agency:
    return Agency.objects.get(pk=agency.pk)


@pytest.mark.req("A4.1")
def test_the_tree_has_any_depth(tree):
    lowest = tree.post
    for depth in range(12):
        lowest = create_agency(None, parent=lowest, code=f"D{depth}", name=f"{depth}", kind="police", level=3)
    assert [each.code for each in chain_of(lowest)] == ["CN", "SD", "YT", *[f"D{depth}" for depth in range(12)]]
    assert Agency.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.req("A4.1")
def test_an_agency_moves_with_everything_below_it_and_so_does_who_sees_it(tree, make_user):
    region, neighbour, post = make_user(tree.region), make_user(tree.neighbour), make_user(tree.post)
    moved = move_agency(None, tree.post, tree.neighbour)
    assert not agencies(region).filter(code="YT").exists()
    neighbour.refresh_from_db()
    assert {a.code for a in agencies(neighbour)} == {"LN", "YT"}
    post.refresh_from_db()
    assert {a.code for a in agencies(post)} == {"YT"}
    assert [each.code for each in chain_of(moved)] == ["CN", "LN", "YT"]
    row = Entry.objects.get(act="agencies.agency.moved")
    assert row.data == {"from": "SD", "to": "LN"}
    assert Agency.objects.find_problems() == ([], [], [], [], [])


def test_moves_that_make_no_sense_are_refused(tree, make_user):
    administrator = make_user(tree.region, "administrator")
    cases = [
        ((None, tree.region, tree.post), "agencies.move.below_itself"),
        ((None, tree.region, tree.region), "agencies.move.below_itself"),
        ((None, tree.country, tree.post), "agencies.move.own"),
        ((administrator, tree.region, tree.post), "agencies.move.own"),
        ((administrator, tree.post, tree.neighbour), "agencies.agency.outside"),
        ((administrator, tree.neighbour, tree.post), "agencies.agency.outside"),
    ]
    for arguments, code in cases:
        with pytest.raises(Refused) as refused:
            move_agency(*arguments)
        assert refused.value.code == code


def test_who_may_change_the_tree(tree, make_user):
    values = {"parent": tree.post, "code": "X", "name": "X", "kind": "customs", "level": 3}
    with pytest.raises(Refused) as refused:
        create_agency(make_user(tree.region, "monitor"), **values)
    assert refused.value.code == "accounts.permission.missing"
    with pytest.raises(Refused) as refused:
        create_agency(make_user(tree.neighbour, "administrator"), **values)
    assert (refused.value.code, refused.value.status) == ("agencies.agency.outside", 404)
    with pytest.raises(Refused):
        create_agency(make_user(tree.neighbour, "administrator"), **values | {"parent": None})
    made = create_agency(make_user(tree.region, "administrator"), **values)
    assert [each.code for each in chain_of(made)] == ["CN", "SD", "YT", "X"]
    with pytest.raises(Refused) as refused:
        create_agency(None, **values)
    assert refused.value.code == "agencies.code.taken"


def test_a_change_is_told_from_and_to_and_the_code_is_permanent(tree):
    change_agency(None, tree.post, name="烟台海关", phone="0535")
    assert Entry.objects.get(act="agencies.agency.changed").data == {
        "name": ["烟台局", "烟台海关"],
        "phone": ["", "0535"],
    }
    with pytest.raises(TypeError, match="code"):
        change_agency(None, tree.post, code="NEW")


def test_an_agency_closes_when_nothing_active_hangs_on_it(tree, make_user):
    user = make_user(tree.post)
    with pytest.raises(Refused) as refused:
        close_agency(None, tree.region, "merged")
    assert refused.value.code == "agencies.close.children"
    with pytest.raises(Refused) as refused:
        close_agency(None, tree.post, "merged")
    assert refused.value.code == "agencies.close.ties"
    disable_user(None, user, "left")
    assert not close_agency(None, tree.post, "merged").is_active
    assert fresh(tree.post) in agencies(make_user(tree.region))
    with pytest.raises(Refused) as refused:
        create_agency(None, parent=fresh(tree.post), code="X", name="X", kind="customs", level=3)
    assert refused.value.code == "agencies.parent.closed"
    assert reopen_agency(None, tree.post, "again").is_active
    assert [entry.data["reason"] for entry in Entry.objects.filter(act__in=["agencies.agency.closed"])] == ["merged"]


@pytest.mark.req("DEP")
def test_agencies_have_departments_that_steps_are_routed_to(tree, make_user):
    department = create_department(None, tree.post, key="discipline", name="纪检室")
    with pytest.raises(Refused) as refused:
        create_department(None, tree.post, key="discipline", name="纪检组")
    assert refused.value.code == "agencies.department.taken"
    rename_department(None, department, "纪检组")
    assert [str(each) for each in departments(make_user(tree.region))] == ["纪检组"]
    assert not departments(make_user(tree.neighbour)).exists()


def test_nodes_nest_as_the_tree_does(tree):
    (top,) = nodes(Agency.objects.order_by("path"))
    assert [(node.agency.code, [each.agency.code for each in node.below]) for node in top.below] == [
        ("SD", ["YT"]),
        ("LN", []),
    ]
    lone = nodes(Agency.objects.filter(code__in=["YT", "LN"]).order_by("path"))
    assert [node.agency.code for node in lone] == ["YT", "LN"]


def test_the_pages_work_together(client, tree, make_user):
    administrator = make_user(tree.region, "administrator")
    client.force_login(administrator)
    page = client.get("/agencies/").content.decode()
    assert "烟台局" in page
    assert "辽宁局" not in page
    assert "总局" not in page.replace("山东局", "")
    new = {"code": "QD", "name": "青岛局", "kind": "customs", "level": "3"}
    created = client.post(f"/agencies/{tree.region.pk}/new/", new)
    assert created.status_code == 302
    assert "青岛局" in client.get(created.url).content.decode()
    again = client.post(f"/agencies/{tree.region.pk}/new/", new)
    assert (again.status_code, "青岛局" in again.content.decode()) == (422, True)
    pk = Agency.objects.get(code="QD").pk
    assert client.post(f"/agencies/{pk}/edit/", new | {"name": "黄岛局"}).status_code == 302
    assert client.post(f"/agencies/{pk}/move/", {"parent": tree.post.pk}).status_code == 302
    assert client.post(f"/agencies/{pk}/departments/new/", {"key": "tech", "name": "技术处"}).status_code == 302
    assert "技术处" in client.get(f"/agencies/{pk}/?tab=departments").content.decode()
    assert client.post(f"/agencies/{pk}/close/", {}).status_code == 422
    assert client.post(f"/agencies/{pk}/close/", {"reason": "merged"}).status_code == 302
    assert client.get("/agencies/list/?kind=customs").content.decode().count("黄岛局") >= 1
    workbook = client.get("/agencies/list/?export=xlsx")
    assert b"".join(workbook.streaming_content)[:2] == b"PK"
