//! The page's program: it starts the header and the first three stations, which need no engine.

fn main() {
    warmpath_page::start();
}
