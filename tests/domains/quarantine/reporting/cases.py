"""Records with every required field, so that each test spoils only what it is about."""

USCC = "91321012MA1ABCD12X"
PARTY = {
    "supervise_object": "江都区邵伯湖罗氏沼虾苗种场",
    "administrative_cp": "江都区邵伯湖罗氏沼虾苗种场",
    "administrative_cp_na": "2",
    "administrative_cp_ce_type": "001",
    "administrative_cp_ui_code": USCC,
    "area_number": "321012",
}
INSPECTION = {
    "supervise_item_implement_code": "01234567890123",
    "supervise_item_check_icode": f"{USCC}1",
    "check_action_name": "对江都区邵伯湖罗氏沼虾苗种场进行水产苗种产地检疫的检查",
    "check_action_code": "JL2026000001",
    **PARTY,
    "check_form": "01",
    "check_type": "01",
    "check_result": "1",
    "check_date": "2026-11-20",
    "check_personnel": "张三、李四",
}
PENALTY = {
    "punish_action_name": "对未附检疫证明运输水产苗种的处罚",
    "punish_action_code": "CF2026000001",
    "case_source": "01",
    "check_action_code": "JL2026000001",
    **PARTY,
    "illegal_fact": "运输罗氏沼虾苗种未附有检疫证明",
    "punish_basis": "《中华人民共和国动物防疫法》",
    "punish_procedure": "2",
    "is_hearing": "0",
    "is_crime": "0",
    "decision_number": "扬江农渔罚〔2026〕1号",
    "decided_on": "2026-11-21",
    "punish_type": "02",
    "punish_result": "罚款",
    "is_reconsidered": "0",
    "is_litigated": "0",
    "is_closed_without": "0",
}
COERCION = {
    "force_action_name": "扣押未附检疫证明的水产苗种",
    "force_action_code": "QZ2026000001",
    "check_action_code": "JL2026000001",
    **PARTY,
    "illegal_fact": "运输罗氏沼虾苗种未附有检疫证明",
    "force_basis": "《中华人民共和国行政强制法》",
    "decision_number": "扬江农渔强〔2026〕1号",
    "force_type": "1",
}
OFFICER = {"name": "张三", "institution": "扬州市江都区动物卫生监督所", "certificate_number": "GF32100001"}
OBJECT = {
    "object_code": USCC,
    "object_name": "江都区邵伯湖罗氏沼虾苗种场",
    "object_type": "1",
    "object_type_name": "企业、个体、农民专业合作社",
    "administrative_cp_ui_code": USCC,
    "area_number": "321012",
}
PLAN = {
    "plan_id": "SSJ2026-01",
    "plan_name": "2026年水产苗种产地检疫双随机抽查",
    "plan_year": "2026",
    "area_name": "江都区",
    "area_number": "321012",
    "department": "江都区农业农村局",
}
GOOD = {
    "inspection": INSPECTION,
    "penalty": PENALTY,
    "coercion": COERCION,
    "officer": OFFICER,
    "object": OBJECT,
    "plan": PLAN,
}
