//! What the weights do: who wins at which, and how the chosen comes out cheaper than the runner-up.

use leptos::prelude::*;
use warmpath_view::cost::{plane, waterfall};
use warmpath_view::playground::{LARGEST_WEIGHT, Scene};
use wasm_bindgen::JsCast as _;

/// The map and the way. A click on the map sets both weights; the sliders are the keyboard's way to them.
#[component]
pub fn Weigh(
    /// The prompt and the decision on it.
    #[prop(into)]
    scene: Signal<Scene>,
    /// The weight of a block to prefill.
    overlap: RwSignal<f64>,
    /// The weight of an active request.
    load: RwSignal<f64>,
) -> impl IntoView {
    let regions = Memo::new(move |_| plane::regions(&scene.read().decision, LARGEST_WEIGHT));
    let here = move || (overlap.get(), load.get());
    let set = move |event: web_sys::MouseEvent| {
        let map = event
            .current_target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let Some(map) = map else { return };
        let place = map.get_bounding_client_rect();
        let share = |at: i32, from: f64, size: f64| {
            ((f64::from(at) - from) / size.max(1.0)).clamp(0.0, 1.0)
        };
        // As fine as the sliders.
        let weight = |share: f64| (share * LARGEST_WEIGHT * 100.0).round() / 100.0;
        overlap.set(weight(share(event.client_x(), place.x(), place.width())));
        load.set(weight(
            1.0 - share(event.client_y(), place.y(), place.height()),
        ));
    };
    view! {
        <div class="weigh">
            <figure class="plane">
                <figcaption>"Who wins at which weights"</figcaption>
                <svg
                    viewBox="0 0 200 200"
                    role="img"
                    aria-label=move || plane::label(&regions.read(), LARGEST_WEIGHT, here())
                    inner_html=move || plane::svg(&regions.read(), LARGEST_WEIGHT, here())
                    on:click=set
                ></svg>
                <p class="axes"><span>"0"</span><span>"overlap weight →"</span><span>{LARGEST_WEIGHT}</span></p>
                <p class="axes up"><span>"load weight →"</span></p>
            </figure>
            <figure class="way">
                <figcaption>"From the runner-up's cost to the chosen one's"</figcaption>
                <ol inner_html=move || waterfall::rows(&scene.read().decision)></ol>
            </figure>
        </div>
    }
}
