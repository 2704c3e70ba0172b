//! The notice at the head of the page that the link which opened it was made with an earlier version of the model.

use crate::address::Address;
use crate::dom;
use warmpath_core::scenario::version;

/// Shows it where the address names an earlier version, and says why figures have moved since.
pub fn tell_of_an_older_link(address: &Address) {
    if let (Some(moved), Some(notice)) = (version::moved(&address.scenario), dom::by_id("older")) {
        notice.set_text_content(Some(&moved));
        // Refused only for names that are none.
        let _ = notice.remove_attribute("hidden");
    }
}
