"""Pages over the sample model, as an app would write them."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversite.common.errors import Refused
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, BulkAct, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, IsSetFilter, TextFilter, YesNoFilter
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.formats import BYTES, CODE, DATE, INSTANT, PERCENT, YES_NO, State, StateFormat
from oversite.screens.import_page import ImportColumn, Imported, ImportPage, ImportRow
from oversite.screens.list_page import ListPage
from oversite.screens.print_page import PrintPage

from .models import Pump

STATES = StateFormat(
    {
        "online": State("在线", "good"),
        "offline": State("离线", "now"),
        "weak": State("信号差", "soon"),
        "trial": State("试运行", "busy"),
        "stopped": State("停用", "quiet"),
    }
)
COLUMNS = (
    Column("name", "名称", "name", sort="name"),
    Column("code", "国标编号", "code", CODE, sort="code"),
    Column("site", "场所", "site", sort="site"),
    Column("state", "状态", "state", STATES, sort="state"),
    Column("size", "当日录像", "size_bytes", BYTES, sort="size_bytes"),
    Column("share", "完整率", "share", PERCENT, sort="share"),
    Column("at", "接入时间", "opened_at", INSTANT, sort="opened_at"),
    Column("checked", "检验日期", "checked_on", DATE, sort="checked_on", is_hidden=True),
    Column("key", "重点部位", "is_key", YES_NO),
)


def stop_pumps(request: HttpRequest, rows: list[Any]) -> str:
    if any(row.state == "stopped" for row in rows):
        raise Refused("pumps.stopped", "所选设备中有已停用的；请取消选择后再试。", "A4.2", status=409)
    Pump.objects.filter(pk__in=[row.pk for row in rows]).update(state="stopped")
    return f"已停用 {len(rows)} 台设备。"


class PumpList(ListPage):
    menu = "pumps"
    title = "摄像机"
    lead = "本单位及下级单位可见的全部摄像机"
    permission = "pumps.read"
    columns = COLUMNS
    filters = (
        TextFilter("q", "名称或编号", ("name", "code")),
        ChoiceFilter("state", "状态", [(key, state.word) for key, state in STATES.states.items()]),
        YesNoFilter("key", "重点部位", field="is_key"),
        IsSetFilter("opened", "已接入", field="opened_at"),
        DateRangeFilter("at_day", "接入", field="opened_at"),
    )
    default_sort = "-at"
    bulk_acts = (BulkAct("stop", "停用", stop_pumps, "pumps.change", "ban", is_grave=True),)
    empty = EmptyState("还没有摄像机", "设备注册并上报目录后，摄像机会出现在这里；也可以用 Excel 导入。")

    def queryset(self, user: Any) -> Any:
        return Pump.objects.all()

    def main_act(self, user: Any) -> Act:
        return Act("登记摄像机", reverse("pump-new"), "plus", is_main=True)

    def row_link(self, row: Any) -> str:
        return reverse("pump", args=[row.pk])


class PumpDetail(DetailPage):
    menu = "pumps"
    permission = "pumps.read"

    def queryset(self, user: Any) -> Any:
        return Pump.objects.all()

    def state(self, subject: Pump) -> str:
        return STATES.html(subject.state)

    def fact_groups(self, subject: Pump) -> list[FactGroup]:
        return [
            FactGroup(
                "基本情况",
                [
                    Fact("名称", subject.name),
                    Fact("国标编号", subject.code, CODE),
                    Fact("场所", subject.site, link="/pumps/"),
                    Fact("接入时间", subject.opened_at, INSTANT),
                    Fact("检验日期", subject.checked_on, DATE),
                    Fact("重点部位", subject.is_key, YES_NO),
                    Fact("备注", subject.note, is_wide=True),
                ],
            ),
            FactGroup("录像", [Fact("当日录像", subject.size_bytes, BYTES), Fact("完整率", subject.share, PERCENT)]),
        ]

    def history(self, subject: Pump, user: Any) -> list[HistoryEntry]:
        return [
            HistoryEntry(datetime(2026, 11, 21, 6, 5, 9, tzinfo=UTC), "系统", "恢复在线", "good"),
            HistoryEntry(datetime(2026, 11, 21, 5, 41, 2, tzinfo=UTC), "系统", "离线：三次心跳未到", "now"),
            HistoryEntry(datetime(2026, 11, 20, 1, 12, 40, tzinfo=UTC), "李红", "取得云台控制，时长 3 分", "busy"),
            HistoryEntry(datetime(2026, 11, 2, 2, 0, 0, tzinfo=UTC), "王建国", "登记摄像机"),
        ]

    def tabs(self, subject: Pump, user: Any) -> list[Tab]:
        others = Pump.objects.exclude(pk=subject.pk).order_by("pk")
        return [
            Tab("others", "同场所摄像机", others, COLUMNS[:5], count=others.count(), all_url=reverse("pumps")),
            Tab("faults", "故障", Pump.objects.none(), COLUMNS[:3], count=0, empty=EmptyState("没有故障记录。")),
        ]

    def acts(self, subject: Pump, user: Any) -> list[Act]:
        return [
            Act("取得控制", "", "steering-wheel", why_not="级别 3 的现场人员正在控制，还有 4 分钟"),
            Act("修改", reverse("pump-edit", args=[subject.pk]), "pencil"),
            Act("停用", reverse("pump-stop", args=[subject.pk]), "ban", is_grave=True, is_dialog=True),
            Act("实时画面", "/wall/", "player-play", is_main=True),
        ]


class PumpForm(forms.ModelForm):
    class Meta:
        model = Pump
        fields = ("name", "code", "site", "state", "size_bytes", "checked_on", "is_key", "note")
        labels = {
            "name": "名称", "code": "国标编号", "site": "场所", "state": "状态", "size_bytes": "容量",
            "checked_on": "检验日期", "is_key": "重点部位", "note": "备注",
        }  # fmt: skip
        help_texts = {"code": "20 位数字，按 GB/T 28181 附录编制"}
        widgets = {
            "state": forms.Select(choices=[(key, state.word) for key, state in STATES.states.items()]),
            "checked_on": forms.DateInput(attrs={"type": "date"}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }


class PumpEdit(FormPage):
    menu = "pumps"
    permission = "pumps.change"
    title = "登记摄像机"
    lead = "带 * 的为必填项"
    form_class = PumpForm
    sections = (FormSection("身份", ("name", "code", "site")), FormSection("其他", ("state", "size_bytes")))
    units = {"size_bytes": "字节"}
    button = "登记"

    def queryset(self, user: Any) -> Any:
        return Pump.objects.all()

    def perform(self, form: Any, user: Any) -> str:
        if form.cleaned_data["name"] == "占用":
            raise Refused(
                "pumps.taken", "编号已用于 烟台 001 场所 03 位；请改用 004 或查看该编号。", "A4.8", status=409
            )
        return reverse("pump", args=[form.save().pk])


class PumpStop(ActPage):
    menu = "pumps"
    permission = "pumps.change"
    title = "停用摄像机"
    irreversible = "停用期间没有录像，无法补录。"
    clause = "管理规范 第十六条"
    reason = "required"
    button = "停用"
    is_grave = True

    def queryset(self, user: Any) -> Any:
        return Pump.objects.all()

    def sentence(self, subject: Pump) -> str:
        return f"将停用“{subject}”：停止录像，所有正在观看的画面随即关闭。"

    def perform(self, subject: Pump, form: Any, user: Any) -> str:
        if form.cleaned_data["reason"] == "不行":
            raise Refused("pumps.no", "正在作为证据录像，不能停用。", status=409)
        Pump.objects.filter(pk=subject.pk).update(state="stopped", note=form.cleaned_data["reason"])
        return reverse("pump", args=[subject.pk])


class PumpPrint(PrintPage):
    menu = "pumps"
    permission = "pumps.read"

    def queryset(self, user: Any) -> Any:
        return Pump.objects.all()

    def pdf(self, subject: Any, user: Any) -> bytes:
        return b"%PDF-1.4\n%%EOF\n"


class PumpImport(ImportPage):
    menu = "pumps"
    permission = "pumps.change"
    title = "导入摄像机"
    columns = (
        ImportColumn("name", "名称", is_required=True, example="1 号池"),
        ImportColumn("code", "国标编号", is_required=True, example="37060000001320000001", help="20 位数字"),
        ImportColumn("site", "场所"),
    )
    done_url = "/pumps/"

    def check(self, rows: list[ImportRow], user: Any) -> None:
        for row in rows:
            if row.values["code"] and len(row.values["code"]) != 20:
                row.errors.append(f"国标编号应为 20 位，现为 {len(row.values['code'])} 位。")

    def apply(self, rows: list[ImportRow], user: Any) -> Imported:
        Pump.objects.bulk_create([Pump(**row.values) for row in rows])
        return Imported(new=len(rows))


def island_page(request: HttpRequest, name: str) -> HttpResponse:
    """A page that holds one island, with the props that the demonstration gives it."""
    from .islands import PROPS

    return render(request, f"sample/{name}.html", {"props": PROPS[name](), "page_menu": name, "page_title": name})


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")
