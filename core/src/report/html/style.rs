//! The style sheet of a report, for paper and for screens with a light or dark background.

/// The style sheet: ink on paper and its negative on a dark screen, numbers right-aligned in tabular figures, no row and no chart
/// torn apart by a page's end. Sizes within tables are the table's, so that paper makes all of them smaller alike.
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#fff;--ink:#1d1b18;--soft:#6a655d;--rule:#ebe7df;--good:#1d7a5f;--bad:#b00020}
@media screen and (prefers-color-scheme:dark){:root{--paper:#1e1c1a;--ink:#ece8e1;--soft:#a29b90;--rule:#3a3733;--good:#4bb893;--bad:#ff7a90}}
body{margin:2.5rem auto;max-width:72rem;padding:0 1.25rem;background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:1.7rem;letter-spacing:-.02em;line-height:1.2;margin:0 0 .4rem}h2{font-size:1.1rem;margin:2.2rem 0 .5rem}p{max-width:46rem}
.scroll{overflow-x:auto;position:relative}table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;color:var(--soft);padding-bottom:.3em}
th,td{padding:.24em 0 .24em 1.1em;border-top:1px solid var(--rule);text-align:right;vertical-align:baseline;white-space:nowrap;font-weight:400}
thead th{border:0;font-weight:600;white-space:normal;vertical-align:bottom}.l,th:first-child,td:first-child{text-align:left}th:first-child,td:first-child{padding-left:0}td.w{white-space:normal;text-align:left;overflow-wrap:anywhere}
.range{display:block;color:var(--soft)}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));gap:1rem 2rem}figure{margin:0;min-width:0;break-inside:avoid}svg{display:block;width:100%;height:auto}
.soft,figcaption,.notes,dl{color:var(--soft)}figcaption,.notes,dl,p.soft{font-size:.85rem}figcaption p{margin:.1rem 0}ul{padding-left:1.1rem}.good{color:var(--good)}.bad{color:var(--bad)}code{overflow-wrap:anywhere}
dl{columns:24rem;column-gap:2rem}dl div{break-inside:avoid;margin-bottom:.35rem}dt{color:var(--ink);font-weight:600;display:inline}dd{display:inline;margin:0 0 0 .35rem}
@media (max-width:40rem){body{margin-top:1.25rem;padding:0 .9rem}.scroll th:first-child{position:sticky;left:0;background:var(--paper);white-space:normal;min-width:7.5em;max-width:38vw}}
@media print{@page{margin:14mm}html{font-size:13px}h2{margin-top:1.4rem}body{margin:0;max-width:none;padding:0;font-size:10pt}.scroll{overflow:visible}table{font-size:7pt}th,td{padding-left:.7em}figcaption,.notes,dl,p.soft{font-size:8.5pt}.charts{grid-template-columns:1fr;gap:0}figure{max-width:150mm}tr{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}";
