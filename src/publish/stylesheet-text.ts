/** How the text of a document reads: lines of 65 to 75 characters, large steps, lone tables. */
export const textStyle = `
.reading { display: block; }
.contents-side { display: none; }
@media (min-width: 1100px) {
  .reading { display: grid; grid-template-columns: minmax(0, 46rem) minmax(12rem, 17rem); gap: 0 4rem; justify-content: space-between; }
  .reading > * { grid-column: 1; }
  .reading > .wide { grid-column: 1 / -1; }
  .reading > .contents-side { display: block; grid-column: 2; grid-row: 1 / span 3; padding-top: 2rem; }
  .contents-side nav { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; border-left: 1px solid var(--rule); padding-left: 1.25rem; font-size: 0.9rem; }
  .contents-fold { display: none; }
}
.contents ol { list-style: none; padding: 0; margin: 0; }
.contents ol ol { padding-left: 1rem; }
.contents a { display: flex; align-items: center; min-height: 2rem; text-decoration: none; }
.contents a:hover { text-decoration: underline; }
@media (pointer: coarse), (max-width: 1099px) { .contents a { min-height: 3rem; } }
.contents .contents-title { font-weight: 700; margin: 0 0 0.25rem; }
.contents-fold { border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); margin: 0 0 1.5rem; max-width: 46rem; }

.text { max-width: 46rem; margin-top: 2rem; }
.text > :first-child { margin-top: 0; }
.text h2 { border-top: 1px solid var(--rule); padding-top: 1.25rem; margin-top: 2.5rem; }
.text > h2:first-child { border-top: 0; padding-top: 0; margin-top: 0; }
.text ul, .text ol { padding-left: 1.75rem; }
.text li { margin: 0 0 0.4rem; }
.text ol { padding-left: 3.1rem; }
.text ol > li { padding-left: 0.35rem; margin-bottom: 0.75rem; }
.text > ol > li::marker { font-size: 1.44em; font-weight: 700; font-variant-numeric: tabular-nums; }
.text ol ol > li::marker { font-weight: 700; }
.text li > ul, .text li > ol { margin: 0.5rem 0 0; }
.text li > p { margin-bottom: 0.5rem; }
.text li > .alert, .text li > figure, .text li > .table-scroll { margin: 0.75rem 0 1rem; }
.text table { min-width: 60%; overflow-wrap: normal; }
.text th, .text td { text-align: left; vertical-align: top; padding: 0.45rem 1rem 0.45rem 0; border-bottom: 1px solid var(--rule); }
.text th:last-child, .text td:last-child { padding-right: 0; }
.text td { min-width: 4.5rem; }
@media (max-width: 900px) {
  .text table { font-size: 0.9rem; }
  .text th, .text td { padding-right: 0.6rem; }
  .text td { min-width: 3.25rem; }
}
.text thead th { border-bottom: 2px solid var(--text); vertical-align: bottom; }
.text thead td { border-bottom: 2px solid var(--text); }
.text [align="right"] { text-align: right; }
.text td[align="right"] { white-space: nowrap; }
.text [align="center"] { text-align: center; }
.text figure { margin: 1.5rem 0; }
.text img { display: block; max-width: 100%; height: auto; background: #ffffff; }
.text p img, .text td img { display: inline-block; vertical-align: middle; max-height: 12rem; }
.figure-link { display: block; border: 1px solid var(--rule); background: #ffffff; padding: 0.5rem; }
.text figure img { width: 100%; max-height: 85vh; object-fit: contain; }
figcaption { color: var(--quiet); font-size: 0.9rem; padding-top: 0.5rem; }
.text blockquote { margin: 0 0 1rem; padding: 0.25rem 0 0.25rem 1.25rem; border-left: 4px solid var(--strong-rule); }
.text blockquote > :last-child { margin-bottom: 0; }
.text hr { border: 0; border-top: 1px solid var(--strong-rule); margin: 2rem 0; }
.text pre { background: var(--surface-2); padding: 0.75rem 1rem; overflow-x: auto; line-height: 1.4; }
.text :not(pre) > code { background: var(--surface-2); padding: 0.1em 0.3em; }
.text kbd { border: 1px solid var(--strong-rule); padding: 0 0.35em; }
.text .as-written, .text .raw-html { white-space: pre-wrap; overflow-wrap: anywhere; }
.raw-html { font-family: ui-monospace, monospace; font-size: 0.9em; color: var(--quiet); }
.unreleased, .no-picture { color: var(--quiet); font-style: italic; }
.contains-task-list { list-style: none; padding-left: 0 !important; }
.task-list-item { position: relative; padding: 0.15rem 0 0.15rem 2.25rem; }
.tick { position: absolute; left: 0; top: 0.3rem; width: 1.3em; height: 1.3em; border: 2px solid currentColor; text-align: center; font-weight: 700; line-height: 1.1; }
[data-footnotes] { margin-top: 2.5rem; border-top: 1px solid var(--rule); padding-top: 1rem; font-size: 0.9rem; }
[data-footnotes] ol > li::marker { font-size: 1em; }

.alert { border: 2px solid var(--strong-rule); margin: 0 0 1.25rem; }
.alert-title { display: flex; align-items: center; gap: 0.75rem; margin: 0; padding: 0.4rem 0.75rem; font-weight: 700; font-size: 1.2rem; text-transform: uppercase; letter-spacing: 0.03em; background: var(--surface-2); color: var(--text); }
.alert-body { padding: 0.75rem 1rem; }
.alert-body > :last-child { margin-bottom: 0; }
.alert-shape { width: 1.75rem; height: 1.75rem; flex: none; }
.alert-shape .outer { fill: currentColor; }
.alert-shape .inner { fill: var(--surface-2); }
.alert-warning { border-color: var(--warning); }
.alert-warning > .alert-title { background: var(--warning); color: #000000; }
.alert-warning .inner { fill: var(--warning); }
.alert-caution { border-color: var(--caution); }
.alert-caution > .alert-title { background: var(--caution); color: #000000; }
.alert-caution .inner { fill: var(--caution); }
.alert-important { border-color: var(--mandatory); }
.alert-important > .alert-title { background: var(--mandatory); color: var(--on-mandatory); }
.alert-important .inner { fill: var(--mandatory); }
.changed { border-left: 8px solid var(--pending); padding: 0.25rem 0 0.25rem 1rem; margin: 0 0 1.5rem; max-width: 46rem; }
`;
