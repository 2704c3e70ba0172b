//! Tables: the same few elements for all of them, each compiled once.

use leptos::prelude::*;
use warmpath_view::chart::Table;

/// The name of a column.
pub fn column(name: impl Into<String>) -> AnyView {
    let name: String = name.into();
    column_of(name.into_any())
}

/// The name of a column, as nodes.
pub fn column_of(name: AnyView) -> AnyView {
    view! { <th scope="col">{name}</th> }.into_any()
}

/// The name of a row, with what stands beside it.
pub fn row_name(inside: Vec<AnyView>) -> AnyView {
    view! { <th scope="row">{inside}</th> }.into_any()
}

/// A cell.
pub fn cell(inside: Vec<AnyView>) -> AnyView {
    view! { <td>{inside}</td> }.into_any()
}

/// A cell that holds a text.
pub fn text_cell(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    cell(vec![text.into_any()])
}

/// A row of cells.
pub fn row(cells: Vec<AnyView>) -> AnyView {
    view! { <tr>{cells}</tr> }.into_any()
}

/// A row of columns' names; above the rows' names there is none.
pub fn columns<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<AnyView> {
    let mut cells = vec![cell(Vec::new())];
    cells.extend(names.into_iter().map(column));
    vec![row(cells)]
}

/// A table of numbers, with its rows above the rule and below it.
pub fn numbers(id: Option<&'static str>, head: Vec<AnyView>, rows: Vec<AnyView>) -> AnyView {
    view! {
        <table class="numbers" id=id>
            <thead>{head}</thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The table of a chart's or a sweep's numbers.
pub fn of_numbers(table: &Table) -> AnyView {
    let named = |cells: &Vec<String>| {
        let (name, values) = cells
            .split_first()
            .map_or(("", &[][..]), |(name, rest)| (name.as_str(), rest));
        let mut row = vec![row_name(vec![name.to_owned().into_any()])];
        row.extend(values.iter().map(text_cell));
        self::row(row)
    };
    let head = columns(table.head.iter().skip(1).map(String::as_str));
    numbers(None, head, table.rows.iter().map(named).collect())
}
