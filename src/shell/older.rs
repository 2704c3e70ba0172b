//! The notice at the top of the page that the link was made with an earlier version of the model.

use crate::address::Address;
use crate::dom;
use warmpath_core::scenario::version;

/// Shows the notice if the address is of an earlier version, with the reason why figures have changed since.
pub fn tell_of_an_older_link(address: &Address) {
    if let (Some(moved), Some(notice)) = (version::moved(&address.scenario), dom::by_id("older")) {
        notice.set_text_content(Some(&moved));
        // This fails only for invalid names.
        let _ = notice.remove_attribute("hidden");
    }
}
