"""What asks and says nothing of what is looked for."""

import re

_ENGLISH = """
a able about achieve achieved achieving actually ai algo algos all also although am among amongst an any anybody
anyone anything are as ask at available backtested basically be been being bots bring brought came can candidates case
cases check come coming could currently data dataset delivered delivering did display do does done during each either
entries ever every everything exist existing exists far fetch filter find fine for gave generated generating get gets
getting gimme give given gives go got grab guys had happen happened has have having he held hello help here hey hi
history hitting how i i'd i'll i'm i've if in inside into is it it'd it's items its just keep keeping kept kind kindly
know landed let let's list listed look looking lookup managed many maybe me mine models money my myself name need now
of ok okay on one ones only our out own perhaps please pls plz portfolio possible posted posting print produced
producing pull put quick quickly ran really recorded records remained remaining report reported reporting retrieve
running saved scored search see seen setup setups share shares she show showed shows simply so some something stayed
staying still stock stocks stored stuff symbol symbols system systems tell tested testing tests than thank thanks that
that's the their them there there's these they they're thing things this those though throughout ticker tickers
timeframe trading tried try type types us use used uses using w wanna want wanted was we we've well went were what
what's whatever when where whether which whichever while who whose will wish would yet you you've your
"""
ENGLISH_ASKING = frozenset(_ENGLISH.split())

_PARTICLES = (
    "들|만|도|은|는|이|가|을|를|의|에|에서|에서는|에선|에도|로|으로|까지|뿐|다|요|인데|인데요|이야|야|이에요|예요|에요"
    "|입니다|인가|인가요|일까|일까요|중|중에|중에서|중엔|중에는|라도|이라도|이란|란|이라|라|처럼|좀|전부|전체|다"
)
_GIVE = (
    "줘|줘요|줘봐|줘라|주세요|주라|주시겠어요|주실래요|주실|주실래|줄래|줄래요|줄|줄까|줄까요|주면|주시면|주길|주십시오"
    "|줬으면|주삼|줌|달라|달라고|달라는|봐|봐요|봐라|봐줘|봐줘요|봐주세요|봐봐|보자|봅시다|볼까|볼까요|볼래|볼래요|볼게"
    "|보고|보면|드려|둬|요|라|서|고|줭|줘용|주세용|야지|볼|보려고|보려|주었으면|주시기|바람|바랍니다|내|내줘"
)
_VERBS = (
    "보여|찾아|알려|골라|뽑아|추려|추천해|나열해|정렬해|정리해|모아|말해|가르쳐|꺼내|추출해|검색해|조회해|출력해"
    "|꼽아|꼽자면|꼽으면|꼽으라면|추려봐|추려내|챙겨|모아서|따로|보자고|세워|줄|줄세워|짚어|건네|공유해|전달해|보내|정리|첨부해|요약해"
    "|리스트업해|띄워|불러|불러와|체크해|확인해|얘기해|걸러|내놔|대|해|한번|검색|조회|출력|추출|나열|추천|확인|필터링|필터해"
    "|필터링해|비교해|분석해|구해|찍어|솎아|간추려|훑어|살펴|들여다"
)
_NOUNS = (
    "팀장님|팀장|부장님|부장|대표님|대표|상사|사장님|교수님|선배|후배|동료|팀|위원회|회의|미팅|보고서|보고|자료|발표|발표자료|슬라이드|문서|메일|엑셀|표"
    "|포트폴리오위원회|심사|과제|숙제|논문|블로그|정리본|연구|실전|분|님|돈|것|거|게|걸|건|애|놈|녀석|친구|얘|케이스|사례|목록|리스트|항목|경우|종목|주식|지표|데이터|내역|이력|뭐|뭔|뭘|무엇|무슨|어떤|어느"
    "|어디|나머지|다른|해당|관련|조건|매매법|기법|방법|로직|알고리즘|시스템|모델|포트폴리오|테스트|시뮬레이션|시뮬|런|그것|이것|저것|백테스팅|실험"
    "|내|나|저|제|우리|그|이|저희|본인|모든|전체|전부|이런|그런|저런|티커|심볼|코인"
)
_DONE = (
    "(?:돌|돌아)(?:린|렸던|렸|려본|려봤던|려서|리는|린게|간|가는)"
    "|(?:실행|테스트|시험|백테스트|백테스팅|적용|설정|세팅|이용|활용|사용|기록|시도|저장|작성|달성|진행)?"
    "(?:한|했던|했|하는|해본|해봤던|해봤|하고|해서|된|되는|됐던|되어|돼|시킨|해둔|해놓은|으로|의|하던)"
    "|막은|막았던|버틴|버텼던|유지한|유지된|유지하는|지킨|지켰던|방어한|억제한|관리한|관리된|그친|그쳤던|머문|머무른|머물렀던|끝낸|마감한|나타낸|보여준|보여줬던|뽑아낸|챙긴"
    "|나간|나갔던|들어간|들어갔던|들어오는|들어온|들어가는|남은|남았던|남는|끝난|끝났던|끝나는|돌아간|돌았던|빠져나간|잡고|잡아서|잡았던|놓은|놓았던|둔|뒀던"
    "|설정한|설정된|지정한|맞춰놓은|정한|고른|골랐던|뽑힌|나타난|나타났던|되던|됐었던|이뤄진|이루어진|벌어진|굴린|굴렸던|굴리던|운용한|운용했던|검증한|검증했던"
    "|(?:쓰|사용하|이용하|활용하|적용하|돌리|테스트하)(?:지만|는데|면서|되|며)|(?:썼|사용했|이용했|활용했|적용했|돌렸)(?:지만|는데|으면서|으며|고)"
    "|든|들었던|드는|만족하는|만족한|만족시킨|충족하는|충족한|해당하는|부합하는|맞는|걸맞은|맞춘"
    "|얻은|따낸|잡힌|걸린|남긴|기록된|줄인|누른|찍힌|선방한|맞춘|뽑은"
    "|쓴|쓰는|썼던|쓰던|써서|써|만든|만들었던|짠|짰던|나온|나왔던|나왔|나오는|나와|보인|보였던|보이는|찍은|찍었던|찍는"
    "|거둔|거뒀던|올린|올렸던|낸|냈던|가진|갖는|갖고|잡은|잡았던|둔|뒀던|준|주는|기반|기반의|쪽|쪽의|있던|였던|이었던|이던|였|이었"
)
_QUESTIONS = (
    "있|있어|있어요|있나|있나요|있니|있냐|있을까|있을까요|있는|있는지|있던|있었|있었나|있었지|있었어|있었어요|있었나요|있었니|있었을까|있었던|있으면|있으려나|있습니까|있음"
    "|있지|있죠|있는가|있는데|있다면|있긴|있을|없나|없나요|없어|없어요|없니|없냐|없을까|없을까요|없지|없습니까"
    "|뭐야|뭐지|뭐가|뭐니|뭔가|뭐였더라|뭐였지|뭐더라|뭔지|뭐였|뭐있어|뭐있지|뭐있나|뭘까|뭘까요|뭐예요|뭐에요|무엇인가요|무엇인지|무엇이|궁금해"
    "|궁금해요|궁금합니다|궁금한데|궁금하다|싶어|싶어요|싶은데|싶은|싶다|싶습니다|좋겠어|좋겠어요|좋겠다|좋겠는데|좋겠습니다|원해|원해요|원합니다"
    "|몇개|몇개나|몇개야|몇개지|몇건|몇건이나|개나|필요해|필요해요|필요한데|필요합니다|부탁|부탁해|부탁해요|부탁드려요|부탁드립니다|부탁합니다|감사|감사합니다|감사해요|고마워|고마워요|가능|가능해"
    "|가능할까|가능할까요|될까|될까요|되나|되나요|되니|수|알고|찾고|찾는|찾는중|찾습니다|찾아요|찾기|찾을|볼|보고|얼마나|몇|누구|어떻게|인지|일까"
    "|하셔서|하셔서요|하시네요|하시는데|하라고|하라는데|만드는|만드는중|만드는중인데|쓰려고|쓸건데|필요해서|궁금해서|보려는데|보는데|보는중|준비하는데|준비중인데"
    "|보고싶어|보고싶은데|보고싶어요|보고싶습니다|있으려나요|있었을까|있었을까요|뭐뭐|뭐뭐있지|꼽자면|하자면|말하면|말인데|중인데|준비|작성중|정리중|달라고|하라고해서"
    "|그랬지|그랬더라|했지|했더라|했나|했어|했었지|했었나|였지|였더라|였나|였나요|였어|이었지|이었나|인가|인가요|맞아|맞나|모르겠는데|기억|나는데|안나네"
)
_ADVERBS = (
    "그러니까|그니까|말하자면|즉|다시말해|참고로|아무튼|어쨌든|솔직히|대략|따로|별도로|특히|오직|딱|꼭|반드시|최종적으로|결과적으로|총|합쳐서|통산"
    "|혹시|좀|조금|그냥|일단|우선|제발|다|싹|쭉|쫙|그럼|그러면|그리고|근데|그런데|그중|그중에|그중에서|이중|이중에|이중에서|중|중에|중에서"
    "|중엔|중에는|중의|가운데|가운데서|자|음|아|요|내가|제가|나한테|저한테|나의|저의|난|지금|지금까지|여태|여태까지|이제껏|그동안|현재|현재까지"
    "|실제로|대충|빨리|얼른|한번|참|안녕|안녕하세요|저기|저기요|야|봐|이제|대해|대해서|관해|대한|관한|대상으로|대상|위주로|위주|관련해서|관련된"
    "|정도인|정도였던|정도의|정도는|정도로|쯤|쯤인|쯤의|가량|가량의|내외|내외의|안팎|안팎의"
    "|바로|아무거나|아무|통틀어|전부다|하나라도|각각|같은|따라|만약|혹은요|응|오케이|때|동안|당시|시점|정도|하여|해서|하고|해|해줘|해주세요|줘|주세요|줄래"
)
_WORD = (
    rf"(?:(?:{_NOUNS})(?:{_PARTICLES}){{0,3}}|(?:{_VERBS})(?:{_GIVE}){{0,2}}|(?:{_DONE})(?:{_PARTICLES}){{0,1}}"
    rf"|{_QUESTIONS}|{_ADVERBS}|{_GIVE})"
)
KOREAN_ASKING = re.compile(rf"{_WORD}{{1,3}}")
"""A run of Hangul that only asks, from its beginning."""
_ENDINGS = (
    "이었던|였던|이었으면|였으면|이면|면|인데|인데요|인|이던|이다|입니다|이야|야|이에요|예요|이라|라|이란|짜리|쯤|정도|정도인|정도였던|정도는|정도의|정도인|씩"
    "|나온|나오는|나왔던|나온게|되는|된|됐던|하는|한|했던|하던|였어|였나|였지|이었어|이었나|안에|안에서|내에|내에서|때|동안|기록한|찍은|달성한|보인"
    "|일|인거|인게|인건|인걸|인것|인것만|인것들|인애들|였지만|이지만|지만|는데|으면|네|형|류|계열|계열의|쪽|짜리인|짜리들|있는|쓰는|쓴|돌린|준"
)
KOREAN_ENDING = re.compile(rf"(?:{_ENDINGS}|{_PARTICLES})?(?:{_PARTICLES}){{0,2}}(?:{_WORD}){{0,3}}")
"""A run of Hangul after a word that only ends it, and asks."""
MARKS_ASKING = re.compile("[ㄱ-ㅎㅏ-ㅣ]+")
