"""What people say of why they ask: `for tomorrow's meeting`, `발표 자료 만드는 중인데`. It describes no run."""

import re

_ENGLISH = (
    r"(?<![a-z])(?:for|in|into|before|ahead of|to put in) (?:the |a |an |our |my |this |next |that |some )?"
    r"(?:[a-z]+(?:['’]s)? ){0,3}?"
    r"(?:newsletter|reports?|decks?|slides?|presentation|meeting|reviews?|boss|clients?|memo|paper|blog(?: post)?"
    r"|article|thesis|homework|class|lecture|interview|board|committee|investors?|colleagues?|friend|professor|manager|webinar"
    r"|seminar|workshop|spreadsheet|dashboard|pitch|write-?up)(?![a-z])"
)
_WHEN = r"(?:다음\s?주|이번\s?주|내일|모레|오늘|오후|월말|분기|연말|[월화수목금토일]요일)"
_WHO = r"(?:팀|투자|운용|포트폴리오|위원회|임원|이사회|고객|사내|주간|월간|분기|연간|졸업|강의|수업)"
_WHAT = (
    r"(?:회의록|회의|발표|보고서|보고|미팅|자료|과제|강의|세미나|워크숍|면접|블로그|논문|슬라이드|심사|리뷰|뉴스레터"
    r"|메일|엑셀)"
)
_DOING = (
    r"(?:용으로|용|때문에|에\s?쓸(?:\s?(?:건데|거라서?|거야|거니까))?|에\s?쓰게|에\s?쓰려고|에\s?넣을|에\s?넣으려고|에\s?필요한|에\s?필요해서|로\s?쓸|로\s?쓰려고"
    r"|(?:를|을)?\s?(?:만드는|쓰는|준비하는|작성하는|정리하는|준비|작성|정리)\s?(?:중인데|중이라|중이어서|하려고|하는데|데|중)"
    r"|(?:가|이)\s?(?:있어서|필요해서|있는데)|에서|에|하려고|해야\s?해서|해야\s?하는데)"
)
_KOREAN = (
    rf"(?<![가-힣])(?:{_WHEN}(?:에|까지)?\s?)?(?:{_WHO}\s?){{0,2}}{_WHAT}(?:\s?{_WHAT}){{0,2}}"
    rf"\s?{_DOING}(?:요)?(?![가-힣])"
)
PURPOSE = re.compile(rf"{_ENGLISH}|{_KOREAN}")
