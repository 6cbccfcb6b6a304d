/**
 * The style sheet of the HTML report: light and dark screens from 360 px, and A4. Contrast is at least 4.5:1 for text. ASCII
 * without `<` and `&`, because it stands in the page as it is.
 */
export const style = `
:root { color-scheme: light dark; --ink: #1d2530; --soft: #56616f; --line: #d9dee5; --paper: #fff; --ground: #f5f6f8; --link: #1f4fa3; --good: #17683b; --good-tint: #e6f4eb; --bad: #a8231b; --bad-tint: #fdecea; --warn: #754c00; --warn-tint: #fff3d6; --plain-tint: #edf0f3; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ed; --soft: #a3aebb; --line: #363f4a; --paper: #1c2128; --ground: #13171c; --link: #8fb8ff; --good: #6fd699; --good-tint: #173324; --bad: #ff9d94; --bad-tint: #43201d; --warn: #f2c061; --warn-tint: #3b2f14; --plain-tint: #2a313a; }
}
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif; color: var(--ink); background: var(--ground); overflow-wrap: anywhere; }
header, main, footer { max-width: 56rem; margin: 0 auto; padding: 0 1rem; }
h1, h2, h3, p, dl, dd, ul, ol, figure { margin: 0; padding: 0; }
h2, h3 { line-height: 1.3; break-after: avoid; }
a { color: var(--link); text-underline-offset: .15em; border-radius: .125rem; }
:focus-visible { outline: .1875rem solid #b34700; outline-offset: .1875rem; }
.soft, dt, th { color: var(--soft); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.warn { color: var(--warn); }

.banner { padding: .75rem 1rem; text-align: center; color: #3d2c00; background: repeating-linear-gradient(135deg, #ffdf80 0 1.25rem, #ffd454 1.25rem 2.5rem); border-bottom: .1875rem solid #3d2c00; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.banner strong { font-size: 1.125rem; letter-spacing: .02em; }

header { padding-top: 2.5rem; }
.kind { margin-bottom: .5rem; color: var(--soft); }
h1 { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; font-size: 1.25rem; font-weight: 500; line-height: 1.4; }
.verdict { padding: .125rem .875rem; font-size: 1.75rem; font-weight: 700; letter-spacing: .01em; border: .125rem solid; border-radius: .5rem; }
.verdict.pass { color: var(--good); background: var(--good-tint); }
.verdict.fail, .verdict.error { color: var(--bad); background: var(--bad-tint); }
.verdict.incomplete { color: var(--warn); background: var(--warn-tint); }
.colon { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.sentence { flex: 1 1 20rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .625rem 2rem; margin-top: 1.5rem; padding: 1rem 1.25rem; font-size: .9375rem; line-height: 1.45; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
.facts dt { font-size: .8125rem; }

main { padding-bottom: 2rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: .75rem; margin-top: 1rem; list-style: none; }
.tile { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; align-content: flex-start; height: 100%; padding: 1rem; color: inherit; text-decoration: none; background: var(--paper); border: 1px solid var(--line); border-left: .375rem solid var(--soft); border-radius: .5rem; }
.tile:hover .name { text-decoration: underline; }
.tile .name { flex: 1 1 60%; font-weight: 600; }
.tile .soft { font-size: .875rem; }
.tile.pass { border-left-color: var(--good); }
.tile.fail, .tile.error { border-left-color: var(--bad); }
.tile.incomplete { border-left-color: var(--warn); }
.mark { display: inline-block; padding: 0 .5rem; font-size: .875rem; font-weight: 600; line-height: 1.6; white-space: nowrap; color: var(--soft); background: var(--plain-tint); border-radius: 1rem; }
.mark.good { color: var(--good); background: var(--good-tint); }
.mark.bad { color: var(--bad); background: var(--bad-tint); }
.mark.warn { color: var(--warn); background: var(--warn-tint); }

.part { margin-top: 1rem; padding: 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
.part h2 { margin-bottom: .5rem; font-size: 1.125rem; }
.part h3 { font-size: 1rem; }
.part p + ul { margin-top: .25rem; }
.part ul + p { margin-top: .75rem; }
.problem + .problem { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.problem { break-inside: avoid; }
.plain { list-style: none; }
.names { padding-left: 1.25rem; }
li + li { margin-top: .25rem; }
.tiles > li + li { margin-top: 0; }
code { display: inline-block; max-width: 100%; padding: .125rem .5rem; font: .9375rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--plain-tint); border-radius: .25rem; }

.checklist { margin-top: 3rem; }
.checklist > h2 { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; font-size: 1.5rem; }
.steps { margin-top: 1rem; list-style: none; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
.step { margin: 0; padding: 1.125rem 1.25rem; }
.step + .step { border-top: 1px solid var(--line); }
.step:target { box-shadow: inset .25rem 0 var(--link); }
.step h3 { display: flex; gap: .75rem; align-items: baseline; font-size: 1.0625rem; }
.step h3 .name { flex: 1; }
.step h3 .name .soft { font-weight: 400; }
.number { min-width: 1.5rem; color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums; }
.step > p, .step > dl { padding-left: 2.25rem; }
.step > p { font-size: .875rem; }
.step dl { display: grid; gap: .625rem; margin-top: .5rem; }
.step dl:empty { display: none; }
.step dl > div { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0 1rem; }
.step dt { font-size: .875rem; line-height: 1.7; }
.step dd { min-width: 0; }
.step dd > ol { padding-left: 1.25rem; }
table { width: 100%; margin: 0; border-collapse: collapse; font-size: .9375rem; break-inside: avoid; }
th, td { padding: .375rem .75rem .375rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child > td, tbody tr:last-child > th { border-bottom: 0; }
thead th { padding-top: 0; overflow-wrap: normal; }
tbody th, thead th { font-weight: 500; }
.problem table { margin-top: .5rem; }
figure + figure { margin-top: 1rem; }
figure { break-inside: avoid; }
figcaption { font-size: .8125rem; }
img { display: block; max-width: 100%; max-height: 40rem; margin-bottom: .375rem; border: 1px solid var(--line); border-radius: .25rem; }
summary { width: fit-content; padding: .25rem 0; color: var(--link); cursor: pointer; }
pre { margin: .25rem 0 0; padding: .75rem; font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: .25rem; }
footer { padding-block: 1rem 2.5rem; color: var(--soft); font-size: .875rem; }

@media (max-width: 36rem) {
  header { padding-top: 1.5rem; }
  .step { padding: 1rem; }
  .step h3 { flex-wrap: wrap; gap: .25rem .5rem; }
  .step h3 .name { flex: 1 1 70%; }
  .step > p, .step > dl { padding-left: 0; }
  .step dl > div { grid-template-columns: 1fr; }
}
@page { size: A4; margin: 15mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #56616f; } }
@page not-aws { @bottom-left { content: "SANDBOX or another endpoint: not AWS"; font: bold 9pt sans-serif; color: #a8231b; } }
@media print {
  :root { --ground: #fff; }
  .not-aws { page: not-aws; }
  html { font-size: 10pt; }
  header { padding-top: .5rem; }
  header, main, footer { max-width: none; padding-inline: 0; }
  .verdict, .mark, .tile, code { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .banner { border: .1875rem solid #3d2c00; }
  .facts { grid-template-columns: 1fr 1fr 1fr; }
  .checklist { margin-top: 2rem; }
  .step h3, .step > p, .checklist > p { break-after: avoid; }
  .step dl > div:not(:has(figure)) { break-inside: avoid; }
  img { max-height: 11cm; }
  a { color: inherit; text-decoration: none; }
}
`;
