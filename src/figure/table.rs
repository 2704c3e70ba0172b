//! Makes the elements of a [`Table`] of `view`: its rows. The figure makes the `<table>` around them, with its class and id.
//!
//! A table that changes is changed in place: its cells keep their elements while they are of the same kind.

use crate::figure::nodes;
use leptos::prelude::*;
use warmpath_view::table::{Cell, Place, Row, Table};

/// The head of a table, and a body for each group of its rows.
pub fn rows(table: &Table) -> AnyView {
    let head: Vec<AnyView> = table.head.iter().map(row).collect();
    let body = |rows: &Vec<Row>| {
        let rows: Vec<AnyView> = rows.iter().map(row).collect();
        view! { <tbody>{rows}</tbody> }.into_any()
    };
    let bodies: Vec<AnyView> = table.groups.iter().map(body).collect();
    view! {
        <thead>{head}</thead>
        {bodies}
    }
    .into_any()
}

/// A table that scrolls by itself where it has too little room; `label` is its accessible name.
pub fn scroller(label: String, table: AnyView) -> AnyView {
    view! { <div class="scroll" tabindex="0" role="region" aria-label=label>{table}</div> }
        .into_any()
}

/// A table of numbers.
pub fn numbers(id: Option<&'static str>, table: &Table) -> AnyView {
    let rows = rows(table);
    view! { <table class="numbers" id=id>{rows}</table> }.into_any()
}

fn row(row: &Row) -> AnyView {
    row_ending_in(row, Vec::new())
}

/// A row with one more cell at its end, for elements that are no text; without that cell if `last` is empty.
pub fn row_ending_in(row: &Row, last: Vec<AnyView>) -> AnyView {
    let mut cells: Vec<AnyView> = row.cells.iter().map(cell).collect();
    if !last.is_empty() {
        cells.push(view! { <td>{last}</td> }.into_any());
    }
    view! { <tr class=named(row.class)>{cells}</tr> }.into_any()
}

fn cell(cell: &Cell) -> AnyView {
    let text = nodes(&cell.text);
    let span = (cell.span > 1).then(|| cell.span.to_string());
    let class = named(cell.class);
    let scope = match cell.place {
        Place::Value => {
            let name = named(cell.name);
            return view! { <td class=class colspan=span data-name=name>{text}</td> }.into_any();
        }
        Place::Row => "row",
        Place::Column => "col",
        Place::Rows => "rowgroup",
        Place::Columns => "colgroup",
    };
    view! { <th scope=scope class=class colspan=span>{text}</th> }.into_any()
}

/// A name as an attribute; `None` if it is empty.
fn named(name: &'static str) -> Option<&'static str> {
    (!name.is_empty()).then_some(name)
}
