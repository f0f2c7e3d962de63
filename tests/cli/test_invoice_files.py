import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.cli.invoice_columns import Misread, Value, kind_of, line_of
from entrypoints.cli.invoice_file import InvoiceFile, covered, joined, read_invoice
from entrypoints.cli.reach import Failed

COMPLETIONS = """\
start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,\
service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens,input_text_tokens
1763596800,1763683200,2025-11-20T00:00:00+00:00,2025-11-21T00:00:00+00:00,,,,,,,,,,,,
1763683200,1763769600,2025-11-21T00:00:00+00:00,2025-11-22T00:00:00+00:00,proj_a,3.0,,key_1,gpt-4o-2024-08-06,\
False,,1200,340,128,1072,1200
1763683200,1763769600,2025-11-21T00:00:00+00:00,2025-11-22T00:00:00+00:00,proj_b,2.0,,key_2,gpt-4o-2024-08-06,\
False,,800,60,0,800,800
"""
COSTS = """\
start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,organization_id,\
organization_name
1763596800,1763683200,2025-11-20T00:00:00+00:00,2025-11-21T00:00:00+00:00,,,,,,
1763683200,1763769600,2025-11-21T00:00:00+00:00,2025-11-22T00:00:00+00:00,0.0030000000000000,usd,\
"gpt-4o-2024-08-06, input",proj_a,org-1,퀀트랩
1763683200,1763769600,2025-11-21T00:00:00+00:00,2025-11-22T00:00:00+00:00,1.28e-05,usd,\
"gpt-4o-2024-08-06, cached input",proj_a,org-1,퀀트랩
"""


def bucket(*results: dict[str, object], start: int = 1_763_683_200) -> dict[str, object]:
    return {"object": "bucket", "start_time": start, "end_time": start + 86_400, "results": list(results)}


def a_page(*buckets: dict[str, object], has_more: bool = False) -> dict[str, object]:
    return {"object": "page", "data": list(buckets), "has_more": has_more, "next_page": None}


CHAT_RESULT: dict[str, object] = {
    "object": "organization.usage.completions.result", "input_tokens": 1_000, "output_tokens": 500,
    "input_cached_tokens": 800, "num_model_requests": 5, "project_id": None, "model": "gpt-4o-mini-2024-07-18",
    "batch": None,
}  # fmt: skip
EMBEDDING_RESULT: dict[str, object] = {
    "object": "organization.usage.embeddings.result", "input_tokens": 70, "num_model_requests": 2,
    "model": "text-embedding-3-small",
}  # fmt: skip
COST_RESULT: dict[str, object] = {
    "object": "organization.costs.result", "amount": {"value": 0.06, "currency": "usd"},
    "line_item": "gpt-4o-mini-2024-07-18, output", "project_id": None,
}  # fmt: skip


def read(folder: Path, content: object, *only: str, name: str = "11월 청구서.csv") -> InvoiceFile:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_invoice(str(path), only)


def test_openais_usage_export_is_read_and_its_empty_days_state_nothing(tmp_path: Path) -> None:
    file = read(tmp_path, COMPLETIONS)
    assert (file.wrong, file.not_used, file.stating_nothing) == ([], [], 1)
    assert joined([file]) == [
        {
            "day": "2025-11-21", "model": "gpt-4o-2024-08-06", "calls": 5, "input_tokens": 2_000,
            "cached_input_tokens": 128, "output_tokens": 400,
        }
    ]  # fmt: skip
    assert covered([file]) == ["chat"]


def test_openais_costs_export_is_read_by_line_item(tmp_path: Path) -> None:
    file = read(tmp_path, COSTS)
    assert (file.wrong, file.not_used, file.stating_nothing) == ([], [], 1)
    assert joined([file]) == [{"day": "2025-11-21", "model": "gpt-4o-2024-08-06", "cost_usd": "0.0030128000000000"}]
    assert covered([file]) is None


def test_pages_of_the_usage_api_are_read_from_one_document_many_or_one_a_line(tmp_path: Path) -> None:
    first, second = a_page(bucket(CHAT_RESULT), has_more=True), a_page(bucket(CHAT_RESULT, start=1_763_769_600))
    lines = "\n".join(map(json.dumps, (first, second)))
    expected = [{
        "model": "gpt-4o-mini-2024-07-18", "calls": 5, "input_tokens": 1_000, "cached_input_tokens": 800,
        "output_tokens": 500, "day": day,
    } for day in ("2025-11-21", "2025-11-22")]  # fmt: skip
    for content in ([first, second], lines):
        file = read(tmp_path, content)
        assert (file.lines, file.wrong, file.not_used) == (expected, [], [])


def test_a_page_that_is_not_the_last_is_told(tmp_path: Path) -> None:
    file = read(tmp_path, a_page(bucket(CHAT_RESULT), has_more=True))
    [(place, message)] = file.wrong
    assert (place, "further pages" in message) == ("the end", True)


def test_several_files_are_one_invoice_and_cover_what_each_of_them_does(tmp_path: Path) -> None:
    chat = read(tmp_path, a_page(bucket(CHAT_RESULT)), name="chat.json")
    embedding = read(tmp_path, a_page(bucket(EMBEDDING_RESULT)), name="embedding.json")
    costs = read(tmp_path, a_page(bucket(COST_RESULT)), name="costs.json")
    assert [(line["model"], line.get("calls"), line.get("cost_usd")) for line in joined([chat, embedding, costs])] == [
        ("gpt-4o-mini-2024-07-18", 5, "0.06"),
        ("text-embedding-3-small", 2, None),
    ]
    assert covered([chat]) == ["chat"]
    assert covered([embedding]) == ["embedding"]
    assert covered([chat, embedding]) == ["chat", "embedding"]
    assert covered([chat, costs]) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_plain_file_in_korean_is_read_however_a_spreadsheet_wrote_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [
        ("날짜", "모델", "호출 수", "입력 토큰", "출력 토큰", "비용", "비고"),
        ("2026. 11. 20.", "gpt-4o", "7", "1200", "30", "$0.5", "가"),
    ]
    file = read(tmp_path, "\r\n".join(map(delimiter.join, rows)).encode(encoding))
    stated = {"calls": 7, "input_tokens": 1_200, "output_tokens": 30, "cost_usd": "0.5"}
    assert file.lines == [{"model": "gpt-4o", "day": "2026-11-20", **stated}]
    assert (file.wrong, file.not_used) == ([], ["비고"])


def test_bad_lines_are_named_by_their_number_and_good_ones_used(tmp_path: Path) -> None:
    lines = [
        "day,model,input_tokens,cost_usd", "2026-11-20,gpt-4o,10,0.1", "", "2026-11-31,gpt-4o,10,0.1",
        "2026-11-20,gpt-4o,ten,0.1", '2026-11-20,"gpt-4o\n",7,0.1', "2026-11-20,gpt-4o,10", "2026-11-20,,10,0.1",
        "2026-11-20,gpt-4o,10,-0.1", "2026-11-20,gpt-4o,,",
    ]  # fmt: skip
    file = read(tmp_path, "\n".join(lines))
    assert [place for place, _ in file.wrong] == ["line 4", "line 5", "line 8", "line 9", "line 10"]
    assert [line["input_tokens"] for line in file.lines] == [10, 7]
    assert file.stating_nothing == 1
    assert "'ten' is no whole number" in file.wrong[1][1]
    assert "has 3 cells where the header has 4" in file.wrong[2][1]


def test_a_quote_that_is_never_closed_hides_no_line(tmp_path: Path) -> None:
    lines = ["day,model,cost_usd", "2026-11-20,gpt-4o,1.5", '2026-11-20,"gpt-4o,2.5', "2026-11-21,gpt-4o,3.5"]
    file = read(tmp_path, "\n".join(lines))
    assert [place for place, _ in file.wrong] == ["line 3"]
    assert "is no CSV" in file.wrong[0][1]


def test_bad_records_of_json_are_named_by_their_place(tmp_path: Path) -> None:
    broken = CHAT_RESULT | {"input_tokens": -5}
    file = read(tmp_path, a_page(bucket(CHAT_RESULT), bucket(CHAT_RESULT, broken)))
    assert [place for place, _ in file.wrong] == ["data[1].results[1]"]
    lines = [json.dumps({"day": "2026-11-20", "model": "gpt-4o", "calls": 2}), "{broken", "[1]", '{"cost_usd": NaN}']
    file = read(tmp_path, "\n".join(lines))
    assert [place for place, _ in file.wrong] == ["line 2", "line 3[0]", "line 4"]
    assert len(file.lines) == 1


def test_a_log_of_calls_with_openais_own_usage_inside_is_read_call_by_call(tmp_path: Path) -> None:
    usage = {
        "prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940,
        "prompt_tokens_details": {"cached_tokens": 128, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 8, "audio_tokens": 0},
    }  # fmt: skip
    call = {"at": "2026-11-20T23:30:00-01:00", "model": "gpt-4o", "usage": usage, "request_id": "req_1", "note": "ok"}
    file = read(tmp_path, "\n".join(map(json.dumps, (call, call | {"usage": None}))))
    assert file.lines == [
        {
            "model": "gpt-4o", "time": "2026-11-21T00:30:00+00:00", "request_id": "req_1", "input_tokens": 900,
            "cached_input_tokens": 128, "output_tokens": 40, "reasoning_tokens": 8,
        }
    ]  # fmt: skip
    assert (file.stating_nothing, file.not_used) == (1, ["note"])
    assert joined([file]) == file.lines


def test_only_some_lines_are_taken_where_that_is_wanted(tmp_path: Path) -> None:
    file = read(tmp_path, COMPLETIONS, "project_id=proj_b")
    assert [line["calls"] for line in file.lines] == [2]
    assert file.filtered_out == 2
    with pytest.raises(Failed, match="has no column team"):
        read(tmp_path, COMPLETIONS, "team=a")
    with pytest.raises(Failed, match="takes COLUMN=VALUE"):
        read(tmp_path, COMPLETIONS, "project_id")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no line"),
        (b"\xef\xbb\xbf \n", "holds no line"),
        (b"a,b\n1,2\n", "names no column that an invoice has"),
        (b'{"data": [', "is no JSON"),
        (b'{\n  "data": 1\n', "is no JSON"),
        (b"\xff\xff\xff", "neither UTF-8 nor CP949"),
    ],
)
def test_what_is_no_invoice_is_refused_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(Failed, match=says) as refused:
        read(tmp_path, content)
    assert "11월 청구서.csv" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"없음\.csv: No such file"):
        read_invoice(str(tmp_path / "없음.csv"), ())


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"model": "m", "calls": "1"}, "says neither day nor time"),
        ({"day": "2026-11-20", "calls": "1"}, "names no model"),
        ({"day": "2026-11-20", "cost": "1"}, "costs by line item"),
        ({"day": "20-11-2026", "model": "m", "calls": 1}, "is no time"),
        ({"day": "1999-01-01", "model": "m", "calls": 1}, "is no day"),
        ({"time": "soon", "model": "m"} | {"calls": 1}, "is no time"),
        ({"day": "2026-11-20", "model": "m", "calls": True}, "no whole number"),
        ({"day": "2026-11-20", "model": "m", "calls": "1.5"}, "no whole number"),
        ({"day": "2026-11-20", "model": "m", "calls": "9" * 17}, "no whole number"),
        ({"day": "2026-11-20", "model": "m", "cost": "1", "currency": "KRW"}, "is in KRW, not in USD"),
        ({"day": "2026-11-20", "model": "m", "cost": "1e99"}, "is no amount"),
        ({"day": "2026-11-20", "model": "m" * 201, "calls": 1}, "at most 200 characters"),
        (
            {"start_time": 1763596800, "end_time": 1763596800 + 86_401, "model": "m", "calls": 1},
            "more than one UTC day",
        ),
    ],
)
def test_a_record_that_is_no_line_says_why(values: dict[str, str | int], says: str) -> None:
    with pytest.raises(Misread, match=says):
        line_of(values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"day": "2026/11/2", "calls": "1,234"}, {"day": "2026-11-02", "calls": 1_234}),
        ({"day": "20261120", "calls": "3.0"}, {"day": "2026-11-20", "calls": 3}),
        ({"time": "2026-11-20 09:30:00", "calls": 1}, {"time": "2026-11-20T09:30:00+00:00", "calls": 1}),
        ({"time": "2026-11-20T23:30:00-01:00", "calls": 2}, {"day": "2026-11-21", "calls": 2}),
        ({"created": 1763596800, "id": "a", "cost": "1"}, {
            "time": "2025-11-20T00:00:00+00:00", "request_id": "a", "cost_usd": "1",
        }),
        ({"start_time": 1763596800, "end_time": 1763596860, "calls": 1}, {"day": "2025-11-20", "calls": 1}),
        ({"day": "2026-11-20", "uncached_input_tokens": 10, "cached_input_tokens": "5"}, {
            "day": "2026-11-20", "cached_input_tokens": 5, "input_tokens": 15,
        }),
        ({"day": "2026-11-20", "cost": "$1,234.50"}, {"day": "2026-11-20", "cost_usd": "1234.50"}),
    ],
)  # fmt: skip
def test_days_times_and_numbers_are_read_as_people_and_programs_write_them(
    values: dict[str, str | int], expected: dict[str, str | int]
) -> None:
    assert line_of({"model": "gpt-4o", **values}) == {"model": "gpt-4o", **expected}


def test_the_kind_of_an_export_is_told_by_what_only_it_has() -> None:
    assert kind_of({"num_model_requests": "1", "output_tokens": "5"}) == "chat"
    assert kind_of({"num_model_requests": "1", "input_tokens": "5"}) == "embedding"
    assert kind_of({"calls": 1}) is None


counts = st.integers(0, 10**6)


@given(
    many=st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from(["a", "b"]), counts, st.decimals(0, 100, places=9)), max_size=20
    )
)
def test_joining_lines_changes_no_sum(many: Sequence[tuple[int, str, int, object]]) -> None:
    file = InvoiceFile(path="x")
    for day, model, count, cost in many:
        record: dict[str, Value] = {
            "day": f"2026-11-0{day}",
            "model": model,
            "input_tokens": count,
            "cost": f"{cost:f}",
        }
        line = line_of(record)
        assert line is not None
        file.lines.append(line)
    lines = joined([file])
    assert len(lines) == len({(day, model) for day, model, _, _ in many})
    assert sum(int(line["input_tokens"]) for line in lines) == sum(count for _, _, count, _ in many)
