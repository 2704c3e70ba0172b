//! The page's program: the header and the first four stations.

fn main() {
    warmpath_page::start();
}
