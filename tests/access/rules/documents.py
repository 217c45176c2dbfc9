"""Documents as they were issued."""

from access.registry import Rule, World


def document(world: World):
    from oversite.base.documents.models import Document
    from oversite.base.documents.slots import FORMS
    from oversite.common import clock

    def make():
        form = next(
            key for key, each in FORMS.items() if world.user(world.tree.post, "monitor").has_perm(each.permission)
        )
        return Document.objects.create(
            form=form,
            title="记录单",
            agency=world.tree.post,
            path="x.pdf",
            size_bytes=1,
            sha256="0",
            issued_at=clock.now(),
        )

    return {"uid": world.thing("document", make).uid}


RULES = {
    "documents:list": Rule(),  # shows the documents that one may read, and for some that is none
    "documents:document": Rule(
        role="monitor", kwargs=document, has_object=True, without_right_role="there is no file behind this row"
    ),
}
