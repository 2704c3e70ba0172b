//! A finished run in any of `core`'s formats, with its charts where the format has pictures. The page and the command
//! line both export through here, so that their files are equal.

use crate::chart::{Chart, Course, content, sweep};
use crate::palette::LIGHT;
use warmpath_core::report::Report;
use warmpath_core::report::html::Picture;

/// Width and height of a chart in a file \[px\].
pub const SIZE: (u32, u32) = (720, 340);

/// All charts of a run, or of a sweep, which has no courses.
pub fn charts(report: &Report, courses: &[Course]) -> Vec<Chart> {
    let mut charts = match courses {
        [] => Vec::new(),
        courses => content::of_courses(courses),
    };
    charts.extend(sweep::of_report(report));
    charts
}

/// The charts as pictures for a report.
pub fn pictures(report: &Report, courses: &[Course]) -> Vec<Picture> {
    let mut verdict = sweep::verdict(report);
    let picture = |chart: Chart| {
        let mut caption = chart.summary();
        // What a sweep comes to stands below its first chart.
        caption.append(&mut verdict);
        Picture {
            title: chart.title().to_owned(),
            caption,
            svg: chart.svg(SIZE, &LIGHT),
        }
    };
    charts(report, courses).into_iter().map(picture).collect()
}
