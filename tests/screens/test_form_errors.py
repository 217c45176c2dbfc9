"""A field left empty says by its name what it wants, beside it and on top, in the reader's language."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from oversite.screens.form_errors import all_errors
from oversite.screens.form_page import error_list, section_views


class Order(forms.Form):
    """One field of every kind that can be left empty."""

    reason = forms.CharField(label="理由")
    basis = forms.ChoiceField(label="依据", choices=[("", ""), ("a", "甲")])
    kinds = forms.MultipleChoiceField(
        label="类别", choices=[("a", "甲"), ("b", "乙")], widget=forms.CheckboxSelectMultiple, help_text="可多选"
    )
    paper = forms.FileField(label="附件")
    agreed = forms.BooleanField(label="已核对")
    day = forms.DateField(label="日期")
    own = forms.CharField(label="编号", error_messages={"required": "编号见样品袋。"})


ZH = [
    "请填写理由。",
    "请选择依据。",
    "请选择类别。",
    "请上传附件。",
    "请勾选“已核对”。",
    "请填写日期。",
    "编号见样品袋。",
]
EN = [
    "Please fill in: 理由.",
    "Please choose: 依据.",
    "Please choose: 类别.",
    "Please attach: 附件.",
    "Please tick “已核对”.",
    "Please fill in: 日期.",
    "编号见样品袋。",
]


def rendered(form: forms.Form) -> str:
    context = {"section_views": section_views(form, (), {}), "errors": error_list(form), "form": form}
    parts = ("error_summary", "fields")
    return "".join(render_to_string(f"screens/parts/{part}.html", context) for part in parts)


@pytest.mark.parametrize(("language", "sentences"), [("zh-hans", ZH), ("en", EN)])
def test_what_is_missing_is_named_in_the_readers_language(language: str, sentences: list[str]) -> None:
    with translation.override(language):
        told = [sentence for _control, _label, said in error_list(Order({})) for sentence in said]
        assert told == sentences
        assert all_errors(Order({})) == " ".join(sentences)


def test_the_sentence_stands_beside_its_field_and_leads_there_from_the_top() -> None:
    with translation.override("zh-hans"):
        page = rendered(Order({}))
    assert '<a href="#id_reason">请填写理由。</a>' in page
    assert '<a href="#id_kinds_0">请选择类别。</a>' in page
    assert page.count("请填写理由。") == 2
    assert "这个字段是必填项" not in page


def test_a_reader_hears_the_error_at_the_field_that_it_is_about() -> None:
    page = rendered(Order({}))
    for name in ("reason", "basis", "paper", "agreed", "day"):
        (control,) = re.findall(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', page)
        assert 'aria-invalid="true"' in control
        assert f'aria-describedby="id_{name}_error"' in control
    group = re.search(r'role="group" aria-labelledby="id_kinds_label" aria-describedby="([^"]*)"', page)
    assert group
    assert group[1] == "id_kinds_helptext id_kinds_error"
    for name in Order.base_fields:
        assert page.count(f'id="id_{name}_error"') == 1, "what is referred to is there, once"


def test_other_errors_and_a_form_that_is_not_filled_in_yet_stay_as_they_are() -> None:
    assert error_list(Order()) == []
    with translation.override("en"):
        told = {control: said for control, _label, said in error_list(Order({"day": "soon", "own": "1"}))}
    assert told["id_day"] == ["Enter a valid date."]
    assert "id_own" not in told
