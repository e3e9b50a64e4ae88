import { printStyle } from './stylesheet-print.ts';
import { textStyle } from './stylesheet-text.ts';

/** Colours by role, light and dark. Text on its surface reaches a contrast of 7 to 1. */
const colours = `
:root {
  color-scheme: light dark;
  --surface: #fdfdfb;
  --surface-2: #f1f1ec;
  --text: #16191c;
  --quiet: #43484d;
  --rule: #c9cac4;
  --strong-rule: #6b6f73;
  --accent: #0b4a8a;
  --effective: #0a5a32;
  --pending: #1d4f91;
  --superseded: #4a4d50;
  --withdrawn: #a3122a;
  --contested: #744600;
  --on-state: #ffffff;
  --hatch: #a9abab;
  --warning: #ff9a1f;
  --caution: #ffd400;
  --mandatory: #1d4f91;
  --on-mandatory: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --surface: #14171a;
    --surface-2: #20252a;
    --text: #eef0f1;
    --quiet: #c3c8cc;
    --rule: #3d444a;
    --strong-rule: #8a9299;
    --accent: #9cc7ff;
    --effective: #4cc38a;
    --pending: #7ab3ff;
    --superseded: #b4b8bb;
    --withdrawn: #ff8fa0;
    --contested: #ffc24d;
    --on-state: #0b0d0e;
    --hatch: #5d6469;
    --mandatory: #7ab3ff;
    --on-mandatory: #0b0d0e;
  }
}
`;

const frame = `
* { box-sizing: border-box; }
html { font-size: 106.25%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
@media (pointer: coarse), (max-width: 1099px) { html { font-size: 112.5%; } }
body {
  margin: 0; background: var(--surface); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2rem 0 0.75rem; text-wrap: balance; }
h1 { font-size: 2.074rem; margin: 1.5rem 0 1rem; }
h2 { font-size: 1.44rem; }
h3 { font-size: 1.2rem; }
h4, h5, h6 { font-size: 1rem; }
p, ul, ol, dl, table, figure, pre { margin: 0 0 1rem; }
a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 3px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, kbd, samp, pre, .id, .digest { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace; }
code, kbd, samp, pre { font-size: 0.9em; }
.number, .digest, table { font-variant-numeric: tabular-nums; }
.digest { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.hidden, .sr-only {
  position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; border: 0;
}
.skip { position: absolute; left: 1rem; top: -10rem; background: var(--surface); padding: 0.75rem 1rem; z-index: 2; }
.skip:focus { top: 0.5rem; }
.width { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
.symbol { width: 2.5rem; height: 2.5rem; flex: none; }
.symbol .ink { fill: currentColor; }
.symbol .line { fill: none; stroke: currentColor; stroke-width: 3; }
.symbol .cut { fill: none; stroke: var(--behind); stroke-width: 3.5; }

.top { border-bottom: 1px solid var(--rule); }
.top .width { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.5rem; min-height: 3.5rem; }
.top a { display: inline-flex; align-items: center; min-height: 3rem; color: var(--text); text-decoration: none; }
.top a:hover { text-decoration: underline; text-decoration-thickness: 3px; }
.top .home { font-weight: 700; }
.top nav { display: flex; gap: 0.5rem 1.25rem; }
.top [aria-current] { font-weight: 700; box-shadow: inset 0 -4px 0 var(--accent); }
.top .find { margin-left: auto; flex: 0 1 24rem; }
@media (max-width: 900px) { .top .find { flex: 1 0 100%; margin: 0 0 0.5rem; } }

.find { display: flex; gap: 0.5rem; margin: 0.25rem 0; }
.find input {
  font: inherit; color: inherit; background: var(--surface); min-height: 3rem; min-width: 0; width: 100%; flex: 1 1 auto;
  border: 2px solid var(--strong-rule); border-radius: 0; padding: 0 0.75rem; appearance: none;
}
.find button {
  font: inherit; font-weight: 700; min-height: 3rem; min-width: 3rem; padding: 0 1.25rem; cursor: pointer; white-space: nowrap; flex: none;
  color: var(--surface); background: var(--text); border: 2px solid var(--text); border-radius: 0;
}
.find input::placeholder { color: var(--quiet); opacity: 1; }
.find.large { margin: 1.5rem 0 0.5rem; max-width: 46rem; }
.find.large input, .find.large button { font-size: 1.2rem; min-height: 3.5rem; }

.notice { --behind: var(--contested); background: var(--contested); color: var(--on-state); }
.notice .width { display: flex; gap: 1rem; align-items: flex-start; padding-top: 0.75rem; padding-bottom: 0.75rem; }
.notice p { margin: 0; max-width: 60rem; }
.notice a { color: inherit; }
.notice strong { font-size: 1.2rem; }

.foot { margin-top: 4rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: 0.9rem; }
.foot .width { display: flex; flex-wrap: wrap; gap: 0 2rem; padding-top: 0.75rem; padding-bottom: 2rem; }
.foot p { margin: 0; min-height: 3rem; display: flex; align-items: center; gap: 0.5ch; flex-wrap: wrap; }
.foot a { color: inherit; display: inline-flex; align-items: center; min-height: 3rem; }
`;

const state = `
.state { --behind: var(--colour); background: var(--colour); color: var(--on-state); }
.state-effective { --colour: var(--effective); }
.state-pending { --colour: var(--pending); }
.state-superseded { --colour: var(--superseded); }
.state-withdrawn { --colour: var(--withdrawn); }
.state-contested { --colour: var(--contested); }
.state .width { display: flex; gap: 1rem; align-items: flex-start; padding-top: 0.75rem; padding-bottom: 0.75rem; }
.state p { margin: 0; }
.state .words { padding: 0.35rem 0; }
.state .part { display: inline-block; }
.state .words { font-size: 1.44rem; font-weight: 700; line-height: 1.25; }
.state a { color: inherit; font-weight: 700; display: inline-flex; align-items: center; min-height: 2rem; }
@media (pointer: coarse) { .state a { min-height: 3rem; } }
.obsolete { position: relative; }
.obsolete::before {
  content: ""; position: absolute; inset: 0 auto 0 0; width: 1.25rem;
  background: repeating-linear-gradient(135deg, var(--surface) 0 0.4rem, var(--colour) 0.4rem 0.8rem);
}
.obsolete > .width { padding-left: 2.75rem; }
.obsolete-superseded { --colour: var(--hatch); }
.obsolete-withdrawn { --colour: var(--withdrawn); }
.state-superseded .width, .state-withdrawn .width { padding-left: 2.75rem; }
.state-superseded, .state-withdrawn { position: relative; }
.state-superseded::before, .state-withdrawn::before {
  content: ""; position: absolute; inset: 0 auto 0 0; width: 1.25rem;
  background: repeating-linear-gradient(135deg, var(--on-state) 0 0.4rem, var(--colour) 0.4rem 0.8rem);
}
.state-word { font-weight: 700; white-space: nowrap; }
.state-word .symbol { width: 1.15em; height: 1.15em; margin-right: 0.4em; vertical-align: -0.2em; }
.state-word.effective { color: var(--effective); }
.state-word.pending { color: var(--pending); }
.state-word.superseded { color: var(--superseded); }
.state-word.withdrawn { color: var(--withdrawn); }
.state-word.contested { color: var(--contested); }
.state-word { --behind: var(--surface); }
.watermark, .foot .print-only { display: none; }
`;

const lists = `
.documents { list-style: none; padding: 0; margin: 0 0 1.5rem; border-top: 1px solid var(--rule); }
.documents li { border-bottom: 1px solid var(--rule); }
.documents a {
  display: grid; grid-template-columns: 8rem minmax(0, 1fr) 5.5rem 5.75rem; gap: 0 0.75rem; align-items: baseline;
  padding: 0.2rem 0.5rem; color: var(--text); text-decoration: none;
}
.documents a:hover, .documents a:focus-visible { background: var(--surface-2); }
.documents a:hover .title { text-decoration: underline; text-decoration-thickness: 3px; }
.documents .id { font-weight: 700; font-size: 0.95em; overflow-wrap: anywhere; }
.documents .name { overflow-wrap: anywhere; }
.documents .name .title { margin-right: 1ch; }
.documents .title { color: var(--accent); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 0.15em; }
.documents .revision, .documents .since { color: var(--quiet); font-size: 0.9em; white-space: nowrap; }
.documents .since { text-align: right; }
.documents .why { grid-column: 2 / -1; color: var(--quiet); font-size: 0.9em; }
.documents .state-word { font-size: 0.9em; }
@media (pointer: coarse), (max-width: 1099px) {
  .documents a { min-height: 3rem; align-items: center; padding: 0.4rem 0.5rem; }
}
@media (max-width: 640px) {
  .width { padding: 0 1rem; }
  .documents a { grid-template-columns: minmax(0, 1fr) auto; }
  .documents .name { grid-column: 1 / -1; grid-row: 2; }
  .documents .since { display: none; }
  .documents .why { grid-column: 1 / -1; }
  h1 { font-size: 1.728rem; }
  .state .words { font-size: 1.2rem; padding: 0; }
  .symbol { width: 2rem; height: 2rem; }
}
.processes { list-style: none; padding: 0; margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: 0.5rem; }
.processes a {
  display: inline-flex; align-items: center; gap: 1ch; min-height: 3rem; padding: 0 1rem;
  border: 1px solid var(--strong-rule); color: var(--text); text-decoration: none;
}
.processes a:hover { border-color: var(--accent); box-shadow: inset 0 -4px 0 var(--accent); }
.count { color: var(--quiet); font-variant-numeric: tabular-nums; }
details > summary { cursor: pointer; min-height: 3rem; display: flex; align-items: center; gap: 1ch; font-weight: 700; }
details > summary::before { content: "▸"; }
details[open] > summary::before { content: "▾"; }
details > summary::-webkit-details-marker { display: none; }
details > summary h2 { margin: 0; }
.group { margin: 2rem 0 0.5rem; }
.group .count { font-weight: 400; font-size: 1rem; }

.facts { border-collapse: collapse; width: 100%; max-width: 46rem; }
.facts th, .facts td { text-align: left; vertical-align: top; padding: 0.35rem 0; border-bottom: 1px solid var(--rule); }
.facts th { width: 11rem; padding-right: 1rem; font-weight: 400; color: var(--quiet); }
.facts tr:first-child > * { border-top: 2px solid var(--text); }
.facts ul { list-style: none; padding: 0; margin: 0; }
@media (pointer: coarse) { .facts a { min-height: 3rem; display: inline-block; padding: 0.6rem 0; } .facts li + li { margin-top: 0.25rem; } }
@media (max-width: 640px) {
  .facts th { width: 7.5rem; }
}

.table-scroll { position: relative; overflow-x: auto; margin: 0 0 1rem; }
.table-scroll > table { margin: 0; }
table { border-collapse: collapse; }
.data { width: 100%; }
.data th, .data td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid var(--rule); }
.data thead th { border-bottom: 2px solid var(--text); white-space: nowrap; vertical-align: bottom; }
.data tbody th { font-weight: 700; white-space: nowrap; }
.nowrap { white-space: nowrap; }
@media (max-width: 900px) { .data { min-width: 41rem; font-size: 0.9rem; } .data th, .data td { padding-right: 0.75rem; } }
.data td.day, .data td.number { white-space: nowrap; }
@media (max-width: 900px) {
  .history td.day, .history .state-word { white-space: normal; }
  .history td:nth-child(2) { min-width: 8.3rem; }
  .history td:nth-child(5) { min-width: 9.5rem; }
}
.data ul { list-style: none; margin: 0; padding: 0; }
.data p { margin: 0; }
@media (pointer: coarse) { .data a { display: inline-flex; align-items: center; min-height: 3rem; min-width: 3rem; } }
.acts { list-style: none; padding: 0; margin: 0; }
.steps { list-style: none; padding: 0; }
.steps li { display: grid; grid-template-columns: 10rem minmax(0, 1fr); gap: 1rem; padding: 0.35rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
.steps li > :first-child { font-weight: 700; }
.steps .holds::before { content: "✓ "; color: var(--effective); }
.steps .fails::before { content: "✗ "; color: var(--withdrawn); }
@media (max-width: 640px) { .steps li { grid-template-columns: 1fr; gap: 0; } }
.statement, .command {
  background: var(--surface-2); border-left: 4px solid var(--strong-rule); padding: 0.75rem 1rem; margin: 0 0 1rem;
  overflow-x: auto; white-space: pre; font-size: 0.85rem; line-height: 1.45;
}
.statement.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
.problem { border-left: 8px solid var(--contested); padding: 0.25rem 0 0.25rem 1rem; margin: 0 0 1.5rem; max-width: 50rem; }
.problem.error { border-color: var(--withdrawn); }
.problem p { margin: 0 0 0.25rem; }
.expect { overflow-wrap: anywhere; max-width: 60rem; }
h1 .id { display: block; font-size: 1rem; color: var(--quiet); }
.measure { max-width: 46rem; }
.lead { font-size: 1.2rem; max-width: 46rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; padding: 0; margin: 0 0 1rem; list-style: none; }
.actions a { display: inline-flex; align-items: center; min-height: 3rem; }
.button {
  display: inline-flex; align-items: center; min-height: 3rem; padding: 0 1.25rem; font-weight: 700;
  background: var(--text); color: var(--surface); text-decoration: none; border: 2px solid var(--text);
}
.button:hover { text-decoration: underline; }
`;

/** The one stylesheet of all pages: no fonts, no pictures, nothing from elsewhere. */
export const stylesheet = colours + frame + state + lists + textStyle + printStyle;
