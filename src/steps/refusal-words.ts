const nouns = 'token|registration|sign-?up link|link|purchase|subscription|session|request|AWS Marketplace';
const verbs = 'find|verify|validate|recogni[sz]e|resolve|confirm|identify|process|complete|read|match|link';
const done =
  'found|verified|validated|recogni[sz]ed|resolved|confirmed|identified|processed|completed|read|matched|linked';
const again = 'again|start|retry|try|set up|click|sign up|register|subscribe';

/**
 * What a page says when it turns down the link of a purchase: whole turns of phrase, since single words stand on any page.
 * English and Japanese; pages in other languages can't be told.
 */
const refusals: readonly RegExp[] = [
  `\\b(?:invalid|expired|unknown|malformed|incorrect|missing|unrecogni[sz]ed)\\b(?: [\\w-]{1,30}){0,3}? (?:${nouns})\\b`,
  `\\b(?:${nouns})\\b[^.!?]{0,40}? (?:is|was|are) (?:invalid|expired|unknown|malformed|incorrect|missing|no longer valid|not (?:valid|accepted|${done}))\\b`,
  `\\b(?:${nouns})\\b[^.!?]{0,40}? (?:has (?:already )?expired|isn't valid|wasn't (?:accepted|${done})|did(?: not|n't) match)\\b`,
  `\\b(?:${nouns})\\b[^.!?]{0,40}? (?:(?:could|can)(?: not|n't)|cannot) be (?:${done})\\b`,
  `\\b(?:could(?: not|n't)|can(?:not|'t| not)|unable to|failed to|not able to) (?:\\w+ )?(?:${verbs})\\b[^.!?]{0,30}? (?:${nouns})\\b`,
  '\\b(?:registration|verification|validation|sign-?up) (?:has |was )?(?:failed|rejected|denied)\\b',
  '\\b(?:invalid|expired|unknown|missing|bad)[_-]?(?:registration|marketplace|amzn)?[_-]?token(?:exception)?\\b',
  '\\btoken[_-](?:is[_-])?(?:invalid|expired|unknown|missing|not[_-]found)\\b',
  `\\b(?:return|back) to (?:the )?AWS Marketplace\\b[^.!?]{0,40}? (?:${again})\\b`,
  `\\b(?:please|must|need to|only)\\b[^.!?]{0,40}? (?:from|through|via|on|in) (?:the )?AWS Marketplace\\b`,
  '(?:無効な|不正な|期限切れの|期限の切れた)[^。]{0,15}(?:トークン|登録|リンク|URL|購入|セッション)',
  '(?:トークン|登録|リンク|URL|購入|セッション)[^。]{0,15}(?:無効です|期限が切れ|期限切れ|期限が過ぎ|正しくありません|見つかりません|確認できません|できませんでした|失敗しました|エラー)',
  '(?:もう一度|再度|改めて)[^。]{0,20}AWS Marketplace|AWS Marketplace[^。]{0,20}(?:もう一度|再度|改めて)',
].map((pattern) => new RegExp(pattern, 'i'));

const successes =
  /\b(?:thank you|thanks for|congratulations|successfully|registration (?:is )?complete|(?:account|subscription|contract) (?:is|has been|was) (?:created|ready|active|activated|set up|confirmed|linked))\b|ありがとうございます|完了しました|作成しました|作成されました/i;

/** A form that was not sent from a page of the site: AWS's POST would be turned away like ours. */
const foreignForms =
  /\b(?:csrf|xsrf)|cross[- ](?:site|origin)|authenticity ?token|anti-?forgery|request ?verification ?token|page expired|change you wanted was rejected/i;

/** The words with which the text refuses, to the end of their sentence; or null. */
export function refusalIn(text: string): string | null {
  for (const pattern of refusals) {
    const found = pattern.exec(text);
    if (!found) continue;
    const [rest = ''] = /^[^.!?。]{0,40}/.exec(text.slice(found.index + found[0].length)) ?? [];
    return `${found[0]}${rest}`.trim();
  }
  return null;
}

export function speaksOfSuccess(text: string): boolean {
  return successes.test(text);
}

export function speaksOfForeignForm(text: string): boolean {
  return foreignForms.test(text);
}
