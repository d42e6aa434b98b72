//! Signatures that vendors publish, made again.

use venue_schema::ir::Recipe;
use venue_transport::signature;

#[test]
fn published_signatures_are_made_again() {
    let mut count = 0;
    for api in venue_schema::bundled_ids() {
        let api = venue_schema::load_bundled(api).unwrap();
        for auth in &api.auth {
            let Recipe::Hmac {
                digest, encoding, ..
            } = &auth.recipe
            else {
                continue;
            };
            for vector in &auth.vectors {
                let made = signature(digest, encoding, &vector.secret, vector.signed.as_bytes());
                assert_eq!(made.as_ref(), Some(&vector.signature), "{}", auth.meta.id);
                count += 1;
            }
        }
    }
    assert!(
        count >= 2,
        "the specs have fewer vectors than were published"
    );
}
