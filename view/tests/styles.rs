//! The page's style sheets as texts: how many sizes of type there are, and that orange is said of caches alone.

use std::path::Path;

/// The style sheets but the one of tokens: their names and texts.
fn sheets() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../styles");
    let files = std::fs::read_dir(folder).expect("the folder of style sheets");
    let mut all: Vec<(String, String)> = files
        .map(|file| file.expect("a file of that folder").path())
        .filter(|path| !path.ends_with("tokens.css"))
        .map(|path| {
            let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
            let text = std::fs::read_to_string(&path).expect("a style sheet");
            (name.unwrap_or_default(), text)
        })
        .collect();
    all.sort();
    all
}

/// The values that a sheet gives to a property.
fn values<'a>(sheet: &'a str, property: &str) -> Vec<&'a str> {
    let given = format!("{property}:");
    let begins = |at: usize| !sheet[..at].ends_with(|it: char| it.is_alphanumeric() || it == '-');
    sheet
        .match_indices(&given)
        .filter(|(at, _)| begins(*at))
        .map(|(at, _)| &sheet[at + given.len()..])
        .filter_map(|rest| rest.split([';', '}']).next())
        .map(|value| value.trim().trim_end_matches("!important").trim())
        .collect()
}

#[test]
fn type_has_the_six_sizes_of_the_tokens() {
    const SIZES: [&str; 6] = ["xs", "s", "m", "l", "xl", "xxl"];
    let known = |size: &str| {
        size == "inherit" || SIZES.iter().any(|it| size == format!("var(--text-{it})"))
    };
    let sheets = sheets();
    assert!(sheets.len() > 15, "{} sheets", sheets.len());
    let mut found = 0;
    for (name, sheet) in &sheets {
        for size in values(sheet, "font-size") {
            found += 1;
            assert!(known(size), "{name}: font-size: {size}");
        }
        // `font: 600 var(--text-xs)/1 var(--sans)`: the size is what the family stands behind.
        for font in values(sheet, "font") {
            let size = font
                .split([' ', '/'])
                .find(|it| known(it) || it.ends_with("px") || it.ends_with("em"));
            found += 1;
            assert!(size.is_some_and(known), "{name}: font: {font}");
        }
    }
    assert!(found > 60, "{found} sizes");
}

#[test]
fn orange_is_what_is_cached_and_nothing_else() {
    // The brand's path is the warm one.
    const OF_CACHES: [&str; 13] = [
        "warm", ".hit", ".spared", ".known", ".missed", ".lit", ".part", ".brand", ".held",
        ".partly", ".holders", ".reused", ".cached",
    ];
    let mut found = 0;
    for (name, sheet) in sheets() {
        for rule in sheet.split('}') {
            let Some((before, declared)) = rule.rsplit_once('{') else {
                continue;
            };
            let selector = before
                .rsplit(['{', '/', ';'])
                .next()
                .unwrap_or(before)
                .trim();
            if declared.contains("var(--warm") {
                found += 1;
                assert!(
                    OF_CACHES.iter().any(|it| selector.contains(it)),
                    "{name}: {selector} is orange"
                );
            }
        }
    }
    assert!(found > 10, "{found} rules");
}
