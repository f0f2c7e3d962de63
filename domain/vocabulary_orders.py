"""The words of rankings, by what they say of the direction."""

from collections.abc import Mapping

HIGH, LOW, GOOD, BAD = "high", "low", "good", "bad"
MOST = "most"
"""High of a figure, and of an adjective whatever that says: `most trades`, `가장 낮은`."""
BY, DOWN, UP = "by", "down", "up"
RECENT, OLDEST = "recent", "oldest"
"""These name their figure as well."""

ORDERS: Mapping[str, tuple[str, ...]] = {
    HIGH: (
        "최고", "highest", "largest", "greatest", "biggest", "deepest", "most", "longest",
    ),
    LOW: (
        "최저", "lowest", "smallest", "fewest", "least", "shallowest", "tiniest", "shortest",
    ),
    GOOD: ("상위", "베스트", "톱", "탑", "최상위", "best", "top", "winning most"),
    BAD: ("하위", "최하위", "최악", "꼴찌", "꼴등", "worst", "bottom"),
    MOST: ("가장", "제일", "젤"),
    BY: (
        "순으로", "순서로", "순서대로", "순위", "정렬", "sorted by", "sort by", "sort", "sorted", "order by",
        "ordered by", "ordered", "ranked by", "rank by", "ranked", "rank", "ranking",
    ),
    DOWN: ("내림차순", "descending", "desc", "high to low", "highest to lowest", "highest first", "largest first"),
    UP: ("오름차순", "ascending", "asc", "low to high", "lowest to highest", "lowest first", "smallest first"),
}  # fmt: skip
ORDER_TAILS: Mapping[str, tuple[str, ...]] = {
    HIGH: (
        "높은", "많은", "큰", "높았던", "컸던", "많았던", "높게", "많이", "크게", "높이", "깊은", "깊었던", "긴",
        "높고", "크고", "많고", "높으면서",
    ),
    LOW: (
        "낮은", "적은", "작은", "낮았던", "작았던", "적었던", "낮게", "적게", "작게", "얕은", "얕았던", "짧은",
        "낮고", "작고", "적고",
    ),
    GOOD: ("좋은", "좋았던", "좋고", "좋게", "우수한", "뛰어난"),
    BAD: ("나쁜", "나빴던", "안 좋은", "안 좋았던", "저조한"),
    BY: ("순", "by", "기준", "기준으로"),
    "": ("것", "거", "걸", "최신", "first"),
}  # fmt: skip
