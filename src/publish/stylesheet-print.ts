/** On paper: black on white, state and identity on the first page, nothing that is for a screen. */
export const printStyle = `
@page { size: auto; margin: 16mm 14mm 20mm; }
@media print {
  :root {
    color-scheme: light;
    --surface: #ffffff; --surface-2: #ffffff; --text: #000000; --quiet: #000000; --rule: #999999;
    --strong-rule: #000000; --accent: #000000; --on-state: #000000; --colour: #ffffff;
    --effective: #000000; --pending: #000000; --superseded: #000000; --withdrawn: #000000; --contested: #000000;
  }
  html { font-size: 11pt; }
  .top, .skip, .contents, .contents-side, .contents-fold, .actions, .find { display: none !important; }
  .width { max-width: none; padding: 0; }
  .reading { display: block; }
  .text, .facts, .lead, .measure { max-width: none; }
  .state, .notice { background: #ffffff; color: #000000; border: 2pt solid #000000; --behind: #ffffff; margin-bottom: 4mm; }
  .state .width, .notice .width { padding: 2mm 4mm; }
  .state::before { display: none; }
  .state .symbol { width: 10mm; height: 10mm; }
  h1, h2, h3, h4 { break-after: avoid; }
  table, figure, .alert, li { break-inside: avoid; }
  .text > ol > li, .table-scroll table { break-inside: auto; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .table-scroll { overflow: visible; }
  .alert { border: 2pt solid #000000; }
  .alert-title { background: #ffffff !important; color: #000000 !important; border-bottom: 1pt solid #000000; }
  .alert .inner { fill: #ffffff !important; }
  .figure-link { border: 0; padding: 0; }
  .text figure img { max-height: 120mm; }
  a { color: inherit; text-decoration: none; }
  a.external::after { content: " (" attr(href) ")"; font-size: 0.85em; overflow-wrap: anywhere; }
  .external-mark { display: none; }
  .foot { margin-top: 6mm; }
  .foot .width { display: block; }
  .foot p { min-height: 0; display: block; }
  .foot .link { display: none; }
  .print-only { display: block !important; }
  .text table { font-size: 0.9em; }
  .obsolete::before { width: 4mm; print-color-adjust: exact; -webkit-print-color-adjust: exact; background: repeating-linear-gradient(135deg, #ffffff 0 1.5mm, #777777 1.5mm 3mm); }
  .obsolete > .width { padding-left: 8mm; }
  .watermark {
    display: block; position: fixed; inset: 40% 0 auto; text-align: center; font-size: 60pt; font-weight: 700;
    color: #000000; opacity: 0.14; transform: rotate(-35deg); text-transform: uppercase; z-index: 3;
  }
  .statement, .command { white-space: pre-wrap; overflow-wrap: anywhere; }
}
`;
