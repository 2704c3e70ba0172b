//! The prefix tree: SVG where there is room, an indented list on a narrow screen (the style sheets choose).

use leptos::prelude::*;
use warmpath_view::tree::{Node, Room, layout, markup, short};

/// The tree of these nodes.
#[component]
pub fn TreePicture(
    /// What to show.
    #[prop(into)]
    nodes: Signal<Vec<Node>>,
) -> impl IntoView {
    let picture = Memo::new(move |_| layout(&nodes.read(), Room::default()));
    let view_box = move || {
        let picture = picture.read();
        format!("0 0 {} {}", short(picture.width), short(picture.height))
    };
    view! {
        <div class="tree">
            <svg
                role="list"
                aria-label=move || markup::summary(&nodes.read())
                viewBox=view_box
                width=move || short(picture.read().width)
                height=move || short(picture.read().height)
                inner_html=move || markup::svg(&nodes.read(), &picture.read())
            ></svg>
            <ul class="rows" inner_html=move || markup::rows(&nodes.read())></ul>
        </div>
    }
}
