/** The style sheet of the sandbox's pages. Contrast is at least 4.5:1 for text and 3:1 for borders. */
export const style = `
:root { color-scheme: light; --ink: #1b2430; --soft: #4a5565; --line: #7b8794; --paper: #fff; --ground: #f2f4f7; --accent: #1f4fa3; --bar: #1b2a41; }
.saas { --accent: #0b6b57; --bar: #0d4a3e; }
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding: 1rem; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); overflow-wrap: anywhere; }
a { color: var(--accent); }
a, button, input, select { border-radius: .25rem; }
:focus-visible { outline: .1875rem solid #b34700; outline-offset: .125rem; }
.skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: absolute; left: .5rem; top: .5rem; padding: .5rem; background: var(--paper); z-index: 1; }
.sandbox a { color: inherit; }
.sandbox { margin: 0; padding: .5rem 1rem; background: #ffe28a; color: #3d2c00; font-size: .9375rem; text-align: center; }
header { background: var(--bar); color: #fff; }
.bar, main, footer { max-width: 64rem; margin: 0 auto; padding: .75rem 1rem; }
.bar { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; justify-content: space-between; }
.bar p { margin: 0; font-weight: 700; font-size: 1.125rem; }
.bar ul { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; list-style: none; }
.bar a { display: inline-block; padding: .5rem 0; color: #fff; }
.bar a[aria-current] { font-weight: 700; text-decoration-thickness: .1875rem; }
.bar :focus-visible { outline-color: #ffe28a; }
main { padding-block: 1.5rem 3rem; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 0 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
.card { margin: 0 0 1.25rem; padding: 1.25rem; background: var(--paper); border: 1px solid #c9d0d9; border-radius: .5rem; }
.card > :first-child { margin-top: 0; }
.card > :last-child, .card form > :last-child, .items > li > :last-child { margin-bottom: 0; }
.status { margin: 0 0 1.25rem; padding: .75rem 1rem; border-left: .375rem solid #1d7a3e; background: #e8f6ec; }
.status.wait { border-color: #8a6100; background: #fff5db; }
.status.error { border-color: #b3261e; background: #fdecea; }
.status > * { margin: 0; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .375rem 1.25rem; margin: 0 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; }
th, td { padding: .5rem .75rem .5rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #c9d0d9; }
th { color: var(--soft); font-weight: 600; }
.calls th { overflow-wrap: normal; }
.calls td:nth-child(1) { white-space: nowrap; }
.calls td:nth-child(2), .calls td:nth-child(3) { min-width: 10.5rem; }
.items { margin: 0; padding: 0; list-style: none; }
.items > li + li { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid #c9d0d9; }
caption { text-align: left; }
label, legend { display: block; font-weight: 600; }
.field { margin: 0 0 1rem; }
.hint { margin: 0; color: var(--soft); font-size: .9375rem; }
form > .hint { margin-bottom: 1rem; }
.field .hint { margin-top: .25rem; }
input, select { width: 100%; max-width: 24rem; min-height: 2.75rem; padding: .5rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); }
button, .button { display: inline-block; min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; color: #fff; background: var(--accent); border: 1px solid var(--accent); border-radius: .25rem; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { filter: brightness(.85); }
button.second { color: var(--accent); background: var(--paper); }
.switch form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; }
.switch .field { flex: 0 1 24rem; margin: 0; }
footer { color: var(--soft); font-size: .9375rem; }
footer::before { content: ''; display: block; margin-bottom: .75rem; border-top: 1px solid #c9d0d9; }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  .card { padding: .875rem; }
  dd { font-size: .9375rem; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack, .stack caption, .stack tbody, .stack tr, .stack td, .stack th { display: block; border: 0; padding: 0; }
  .stack tr { padding: .5rem 0; border-bottom: 1px solid #c9d0d9; }
  .stack [data-label]::before { content: attr(data-label) ": "; color: var(--soft); font-weight: 600; }
  button, .button { width: 100%; text-align: center; }
}
`;
