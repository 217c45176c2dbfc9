"""Quarantine of seed: from the registration of a hatchery to a code that is checked without a network."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from journeys.conftest import TakeSeat
from journeys.seat import Seat
from oversite.domains.quarantine.certificates.proof.pictures import texts_in
from oversite.project.demo.account import Account
from oversite.project.selftest.installation import Installation

pytestmark = [pytest.mark.journey, pytest.mark.timeout(380)]

HATCHERY, CREDIT_CODE, USERNAME = "昆山白鹭水产苗种场", "91320583MA2JRNY0XK", "q-egret"
POINT, COUNTY = "昆山市周庄检疫申报点", "320583"
VEHICLE = "苏E88888"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
REACHED = "fetch('/healthz').then(() => true, () => false)"
"""Whether the product can be reached."""
UNREACHED = re.compile("net::ERR_(INTERNET_DISCONNECTED|FAILED)")
"""What the browser writes on the console about requests without a network."""


@pytest.mark.req("Q1", "Q2", "Q5", "Q6", "Q10", "Q12", "Q19", "Q-acc")
def test_from_registration_to_a_check_without_a_network(
    take_seat: TakeSeat, product: Installation, tmp_path: Path
) -> None:
    public = take_seat("q-producer", is_signed_in=False, **PHONE)
    officer = take_seat("q-officer")
    password = register_and_confirm(public, take_seat("q-supervisor"))
    product.accounts[USERNAME] = Account(USERNAME, HATCHERY, HATCHERY, (), password)
    declare(take_seat(USERNAME, **PHONE))
    accept_and_assign(officer)

    veterinarian = take_seat("q-vet-1", **PHONE)
    inspect(veterinarian, take_seat("q-vet-2"))
    unused = unused_numbers(officer)
    certificate = issue(veterinarian)
    assert unused_numbers(officer) == unused - 1
    lines, address, picture = open_print(veterinarian, tmp_path)

    check_public_page(public, address, "genuine", lines)
    install_offline(public)
    assert verdict_of_picture(public, picture) == "genuine"
    go_online(public)

    make_void(veterinarian, certificate)
    check_public_page(public, address, "void", lines)
    install_offline(public)
    assert verdict_of_picture(public, picture) == "void"
    public.page.get_by_role("heading", name="已作废").wait_for()
    go_online(public)


def day(after: int) -> str:
    """A day in Beijing, so many from today."""
    return (datetime.now(UTC) + timedelta(hours=8, days=after)).date().isoformat()


def fill(page: Any, texts: dict[str, str]) -> None:
    """Fill the fields with these labels."""
    for label, text in texts.items():
        page.get_by_label(re.compile(f"^{label}\\*?$")).fill(text)


def choose(page: Any, options: dict[str, str]) -> None:
    """Choose in the fields with these labels."""
    for label, option in options.items():
        page.get_by_label(re.compile(f"^{label}\\*?$")).select_option(label=option)


def open_row(seat: Seat, text: str) -> None:
    """Open what a row of the list is about."""
    seat.page.locator("main tr", has_text=text).locator("a").first.click()


def confirm(page: Any, button: str) -> None:
    """Press the button of the dialog, and wait until the page behind has taken it."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=button).click()
    dialog.wait_for(state="hidden")


def register_and_confirm(public: Seat, agency: Seat) -> str:
    """The hatchery registers itself on the public page, its agency confirms; gives the first password."""
    page = public.page
    public.open("/quarantine/registry/register/")
    choose(page, {"检疫申报点": POINT})
    fill(
        page,
        {
            "名称": HATCHERY,
            "统一社会信用代码": CREDIT_CODE,
            "希望使用的用户名": USERNAME,
            "水产苗种生产许可证": "苏苗(2025)昆008",
            "许可证有效期至": day(400),
            "地址": "昆山市锦溪镇白鹭苗种场",
            "行政区划代码": COUNTY,
            "联系人": "白鹭苗种场场长",
            "联系电话": "13912345678",
        },
    )
    page.get_by_label("鲤", exact=True).check()
    page.get_by_role("button", name="提交注册").click()
    page.get_by_text("等待确认").wait_for()

    agency.open("/quarantine/registry/producers/")
    open_row(agency, HATCHERY)
    agency.page.get_by_role("link", name="确认", exact=True).click()
    agency.page.get_by_role("button", name="确认", exact=True).click()
    password = agency.page.locator("[data-password]").inner_text()
    page.reload()
    page.get_by_text("已确认").wait_for()
    return str(password)


def declare(producer: Seat) -> None:
    """The producer enters a pond and declares on its phone."""
    page = producer.page
    producer.open("/quarantine/registry/producers/")
    open_row(producer, HATCHERY)
    page.get_by_role("link", name="添加养殖池").click()
    fill(page, {"编号": "3号池", "存量": "50"})
    choose(page, {"品种": "鲤", "单位": "万尾"})
    page.get_by_role("button", name="保存").click()

    producer.open("/quarantine/declarations/")
    page.get_by_role("link", name="申报", exact=True).click()
    choose(page, {"检疫申报点": POINT, "品种": "鲤", "养殖池": "3号池", "单位": "万尾", "用途": "养殖"})
    choose(page, {"来源": "人工繁育", "启运地类别": "养殖场", "到达地类别": "养殖场", "运载方式": "公路"})
    fill(
        page,
        {
            "数量": "12",
            "启运日期": day(20),
            "到达地区划代码": "330110",
            "到达地点": "浙江省杭州市余杭区塘栖苗种场",
            "收货人": "塘栖苗种场",
            "收货人电话": "13987654321",
            "运载工具牌号": VEHICLE,
            "承运人": "白鹭运输队",
            "承运人电话": "13911112222",
        },
    )
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("link", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("checkbox").check()
    confirm(page, "提交")
    page.get_by_text("已提交").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def accept_and_assign(officer: Seat) -> None:
    """The officer at the point accepts, and sends two veterinarians."""
    page = officer.page
    officer.open("/quarantine/declarations/")
    open_row(officer, HATCHERY)
    page.get_by_role("link", name="受理", exact=True).click()
    confirm(page, "受理")
    page.get_by_role("link", name="派员", exact=True).click()
    for label, person in (("主检官方兽医", "官方兽医甲"), ("协检官方兽医", "官方兽医乙")):
        options = page.get_by_label(re.compile(f"^{label}"))
        options.select_option(value=options.locator("option", has_text=person).get_attribute("value"))
    page.get_by_role("button", name="派员").click()
    page.get_by_text("已派员").first.wait_for()


def inspect(veterinarian: Seat, colleague: Seat) -> None:
    """The veterinarian inspects beside the pond without a network; the phone sends it once there is one again.

    A colleague has written something else meanwhile: the veterinarian is asked which of the two it is.
    """
    page = veterinarian.page
    veterinarian.open("/quarantine/inspections/field/")
    page.locator("[data-state=kept]").wait_for()
    veterinarian.context.set_offline(True)
    page.locator(".ov-field-card", has_text=HATCHERY).click()
    page.get_by_text("昆山市锦溪镇某场").first.wait_for()
    page.get_by_text("没有网络：本页从本机打开").wait_for()
    for answer in page.locator("#field-form").get_by_role("radio", name="符合", exact=True).all():
        answer.check()
    page.get_by_label("实查数量").fill("12")
    page.get_by_label("运载工具消毒药品").fill("聚维酮碘")
    page.locator("#id_file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    for role in ("first", "second", "owner"):
        sign(page, role)
    page.get_by_text("1 张照片、3 个签名待发送").wait_for()
    page.reload()
    page.get_by_text("1 张照片、3 个签名待发送").wait_for()
    assert page.get_by_label("实查数量").input_value() == "12"
    write_otherwise(colleague)
    veterinarian.context.set_offline(False)
    settle(page)
    page.locator(".ov-field-state[data-state=saved]").wait_for()
    veterinarian.faults[:] = [fault for fault in veterinarian.faults if not UNREACHED.search(fault)]
    page.reload()
    assert page.locator("[data-sign] img").count() == 3
    page.get_by_role("link", name="查看检疫").click()
    page.get_by_role("link", name="判定合格").click()
    confirm(page, "判定合格")


def write_otherwise(colleague: Seat) -> None:
    """The colleague enters another disinfectant into the same inspection, and sends it."""
    page = colleague.page
    colleague.open("/quarantine/inspections/field/")
    page.locator(".ov-field-card", has_text=HATCHERY).click()
    page.locator("#field-form[data-kept]").wait_for()
    page.get_by_label("运载工具消毒药品").fill("二氧化氯")
    page.locator(".ov-field-state[data-state=saved]").wait_for()


def settle(page: Any) -> None:
    """Only what both wrote is asked, with the words of both; one's own is taken, and nothing of the rest is lost."""
    asked = page.locator(".ov-clash")
    asked.wait_for()
    assert asked.locator("legend").all_inner_texts() == ["运载工具消毒药品"]
    assert asked.get_by_text("二氧化氯").count() == 1
    asked.get_by_label("聚维酮碘").check()
    page.locator(".ov-clashes").get_by_role("button").click()
    asked.wait_for(state="hidden")
    assert page.get_by_label("运载工具消毒药品").input_value() == "聚维酮碘"


def sign(page: Any, role: str) -> None:
    """Draw a signature with a finger and confirm it."""
    place = page.locator(f"[data-sign={role}]")
    pad = place.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + 20 + 8 * step, box["y"] + 40 + 6 * (step % 5))
    page.mouse.up()
    place.get_by_role("button", name="确认签名").click()
    place.get_by_text("签名。").wait_for()


def picture() -> bytes:
    """A photograph as small as they come."""
    kept = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(kept, "PNG")
    return kept.getvalue()


def unused_numbers(officer: Seat) -> int:
    """How many numbers the veterinarian still has; the gap report balances."""
    page = officer.page
    officer.open("/quarantine/certificates/numbers/")
    page.get_by_text("账目相符").wait_for()
    own = page.get_by_role("row").filter(has_text="官方兽医甲").get_by_role("cell")
    _holder, _received, _handed_on, unused = own.all_inner_texts()[:4]
    return int(unused)


def issue(veterinarian: Seat) -> str:
    """The veterinarian issues the certificate; gives its address."""
    page = veterinarian.page
    page.get_by_role("link", name="出证", exact=True).click()
    page.get_by_label("启运日期").fill(day(0))
    page.get_by_label("运输天数").fill("2")
    page.get_by_role("button", name="出证", exact=True).click()
    page.get_by_role("link", name="打印").wait_for()
    assert re.search(r"32\d{8}", page.get_by_role("heading", level=1).inner_text())
    return str(page.url).removeprefix(veterinarian.origin)


def open_print(veterinarian: Seat, folder: Path) -> tuple[str, str, Path]:
    """Open the PDF as it is printed; gives its text without blanks, what its code says, and its picture.

    It is signed by seal and signature.
    """
    page = veterinarian.page
    page.get_by_role("link", name="打印").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    pdf = folder / "certificate.pdf"
    download.value.save_as(pdf)
    reader = pypdf.PdfReader(BytesIO(pdf.read_bytes()))
    assert set(reader.get_fields() or {}) == {"Veterinarian", "Agency"}
    subprocess.run(["pdftoppm", "-r", "200", "-l", "1", "-png", "-singlefile", pdf, folder / "page"], check=True)
    [address] = texts_in(Image.open(folder / "page.png").convert("L"))
    assert address.startswith(f"{veterinarian.origin}/c/")
    return "".join(reader.pages[0].extract_text().split()), address, folder / "page.png"


def check_public_page(public: Seat, address: str, standing: str, printed: str) -> None:
    """The page behind the code says what is, with the facts that are printed."""
    page = public.page
    page.goto(address)
    assert page.locator("[data-standing]").get_attribute("data-standing") == standing
    facts = {each.get_attribute("data-fact"): each.inner_text() for each in page.locator("[data-fact]").all()}
    assert facts["owner"] == HATCHERY
    assert facts["vehicle"] == VEHICLE
    assert [value for value in facts.values() if "".join(value.split()) not in printed] == []


def install_offline(public: Seat) -> None:
    """Open the offline page with a network, and lose the network."""
    public.open("/offline/")
    public.page.locator("[data-check][data-installed=yes][data-list=fresh]").wait_for()
    public.context.set_offline(True)
    public.page.reload()
    public.page.locator("[data-check][data-list=fresh]").wait_for()
    assert public.page.evaluate(REACHED) is False


def go_online(public: Seat) -> None:
    """The network is back; that requests failed without it is no fault."""
    public.context.set_offline(False)
    public.open("/c/")
    public.faults[:] = [fault for fault in public.faults if not UNREACHED.search(fault)]


def verdict_of_picture(public: Seat, picture: Path) -> str:
    """What the offline page says about a photograph of the print."""
    page = public.page
    page.locator("[data-part=picture]").set_input_files(picture)
    result = page.locator("[data-part=result][data-verdict]")
    result.wait_for()
    return str(result.get_attribute("data-verdict"))


def make_void(veterinarian: Seat, certificate: str) -> None:
    """The veterinarian makes the certificate void."""
    page = veterinarian.page
    veterinarian.open(certificate)
    page.get_by_role("link", name="作废").click()
    page.get_by_role("dialog").get_by_label("理由").fill("货主放弃运输")
    confirm(page, "作废")
    page.get_by_text("已作废").first.wait_for()
