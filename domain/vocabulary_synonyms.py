"""Words that say the same in either language, beside indicators and families; and words that say nothing."""

from collections.abc import Mapping

from domain.vocabulary_asking import ENGLISH_ASKING

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "골든크로스": ("골든 크로스", "golden cross"),
    "데드크로스": ("데드 크로스", "death cross", "dead cross"),
    "과매도": ("과매도", "oversold"),
    "과매수": ("과매수", "overbought"),
    "눌림목": ("눌림목", "눌림", "pullback", "dip", "buy the dip", "dip buying", "조정 매수"),
    "반등": ("반등", "bounce", "rebound"),
    "횡보": ("횡보장", "횡보", "박스권", "조용", "range bound", "ranging", "sideways", "choppy", "quiet", "calm"),
    "시그널선": ("시그널 선", "시그널 라인", "시그널", "signal line", "signal"),
    "히스토그램": ("히스토그램", "histogram"),
    "터틀": ("터틀", "turtle"),
    "신고가": ("신고가", "고점 돌파", "최고가", "new high", "highest high", "day high", "week high"),
    "신저가": ("신저가", "저점 이탈", "최저가", "new low", "lowest low", "day low", "week low"),
    "채널": ("채널", "channel"),
    "추세": ("추세", "trending market", "trend", "trending"),
    "상승": ("상승장", "상승", "오르다", "bull market", "bull", "rise", "rising", "uptrend", "upward"),
    "하락": (
        "하락장", "하락", "급락", "폭락", "떨어지다", "내리다", "빠지다", "bear market", "fall", "falling", "drop",
        "decline",
    ),
    "거래량": ("거래량", "volume"),
    "변동성": ("변동성", "volatility"),
    "손절": ("손절매", "손절", "추적 손절", "stop loss", "stoploss", "trailing stop"),
    "교차": ("교차", "상향 돌파", "하향 돌파", "상향 교차", "하향 교차", "crossover", "cross", "crosses above",
        "crosses below", "cross above", "cross below"),
    "하단": ("하단", "바닥", "lower", "bottom"),
    "상단": ("상단", "upper"),
    "밴드": ("밴드", "band"),
    "표준편차": ("표준 편차", "standard deviation", "deviation"),
    "되돌림": ("되돌림", "되돌리다", "되돌아오다", "돌아오다", "회귀", "revert", "reversion", "reverting", "return to"),
    "평균": ("평균", "average", "mean"),
    "매수": ("매수", "사다", "살다", "매입", "buy", "bought"),
    "매도": ("매도", "팔다", "sell", "sold"),
    "공매도": ("공매도", "숏", "short selling", "shorting"),
    "단기": ("단기", "short term"),
    "장기": ("장기", "long term"),
    "빠르다": ("빠르다", "fast"),
    "느리다": ("느리다", "slow"),
    "정배열": ("정배열",),
    "역배열": ("역배열",),
    "차익거래": ("차익 거래", "arbitrage", "pairs trading", "페어 트레이딩"),
}  # fmt: skip
"""Each by what it is kept as. Verbs stand as dictionaries have them."""

MODIFIERS = frozenset({"매수", "매도", "단기", "장기", "빠르다", "느리다", "평균", "상단", "하단", "교차", "되돌림"})
"""Of these, words that go with most strategies: alone they tell little."""

_ENGLISH = """
a about above after again all along also am an and any anything are as at be been before being below both but
by can could did do does doing down during each else ever every few find for from further get gets give given
go goes going good great had has have having he her here hers him his how i if in into is it its itself just
let like list lot made make makes making many may me might mine more most much my name need never nice no nor
not of off on once one ones only or other our out over own per please put ran really run running runs same see
set she should show since so some something still such than that the their them then there these they thing
things this those through to tool too try under until up use used uses using very want was we well were what
when where which while who whose why will with within without work worked works would you your yours idea
ideas similar kind type way ways based involving related backtest backtests backtesting backtested strategy
strategies result results test tests tested system systems approach stock stocks trade trades trader trading
traded market markets price prices period periods parameter parameters length window indicator indicators
symbol symbols timeframe note notes description figure figures recent recently lately
"""
_KOREAN = """
보여줘 보여주세요 찾아줘 찾아주세요 알려줘 알려주세요 골라줘 뽑아줘
이상 이하 초과 미만 넘다
백테스트 백테스팅 전략 결과 테스트 실험 기록 매매 거래 트레이딩 트레이더 매매법 기법 방법 방식 시스템 종목 주식 심볼
지표 기간 구간 매개변수 파라미터 설정 값 메모 설명 이름 유형 종류 시장 장 가격 주가 것 거 때 경우 동안 정도 중
다음 이번 요즘 최근 지금 오늘 예전 이전 이후 관련 기반 대한 위 아래 하다 되다 있다 없다 이다 아니다 보다 보이다
보여주다 찾다 알다 알리다 주다 쓰다 사용 이용 활용 적용 노리다 만들다 돌리다 해보다 나오다 나다 내다 들다 가다 오다
받다 싶다 같다 그렇다 이렇다 어떻다 좋다 괜찮다 나쁘다 많다 적다 높다 낮다 크다 작다 비슷 비슷하다 유사 제일 가장 잘
뭐 무엇 어떤 모두 전부 전체 내 나 제 저 우리 부탁 추천 궁금 가능 필요 하나 여러 각각 사람 생각 이야기 수 점 쪽
편 번 개 건 식 등 정리 요약 비교 분석 목록 리스트 순위 랭킹 조회 검색 확인 출력 나열 소개 질문 대답 부분 나머지
정리하다 요약하다 비교하다 분석하다 만들어줘 만들어주세요 나열하다 확인하다 추천하다 소개하다 설명하다 검색하다 조회하다
부탁하다 사용하다 이용하다 활용하다 적용하다 가능하다 필요하다 궁금하다
"""
NOTHING_SAID = frozenset((*_ENGLISH.split(), *_KOREAN.split(), *ENGLISH_ASKING))
"""Glue, what asks, and labels that stand on every card: in front of their rest they say nothing."""
