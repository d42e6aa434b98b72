//! The error catalogues of the APIs in the box, as their crates have them.

use venue_wire::describe::{Api, ErrorClass, find_error};

const APIS: [&Api; 4] = [
    &sfox_types::legacy::API,
    &sfox_types::current::API,
    &sfox_types::connect::API,
    &finery_types::API,
];

#[test]
fn every_entry_is_found_by_what_tells_it() {
    for api in APIS {
        assert!(!api.errors.is_empty(), "{}", api.id);
        for (index, entry) in api.errors.iter().enumerate() {
            let found = find_error(api.errors, entry.status, entry.code, entry.text);
            assert_eq!(found, Some(index), "{}: {entry:?}", api.id);
            assert!(!entry.doc.is_empty(), "{}: {entry:?}", api.id);
        }
    }
}

#[test]
fn a_limit_is_waited_out_and_a_bad_key_is_not() {
    use sfox_types::{connect, current, legacy};
    assert_eq!(
        legacy::ErrorCode::from_status(429),
        legacy::ErrorCode::TooManyRequests
    );
    assert_eq!(
        current::ErrorCode::from_status(429),
        current::ErrorCode::TooManyRequests
    );
    assert_eq!(
        connect::ErrorCode::from_status(429),
        connect::ErrorCode::TooManyRequests
    );
    let over = current::ErrorCode::TooManyRequests;
    assert_eq!(
        (over.class(), over.is_retryable()),
        (ErrorClass::RateLimit, true)
    );
    assert!(over.wait().is_some_and(|wait| wait.as_secs() == 60));
    let key = current::ErrorCode::from_status(401);
    assert_eq!((key.class(), key.is_retryable()), (ErrorClass::Auth, false));
}

#[test]
fn codes_have_names_and_the_tail_is_open() {
    use finery_types::ErrorCode;
    assert_eq!(ErrorCode::from_code(0), ErrorCode::Success);
    assert_eq!(ErrorCode::from_code(0).class(), ErrorClass::Success);
    // The code of a body says more than the status around it.
    let found = ErrorCode::find(Some(400), Some(14), None);
    assert_eq!(found, ErrorCode::from_code(14));
    assert_ne!(found, ErrorCode::from_status(400));
    let unlisted = ErrorCode::find(Some(418), Some(9999), None);
    assert_eq!(
        unlisted,
        ErrorCode::Unlisted {
            status: Some(418),
            code: Some(9999)
        }
    );
    assert_eq!(
        unlisted.to_string(),
        "an error that the catalogue does not list (status 418, code 9999)"
    );
    assert_eq!(
        (unlisted.class(), unlisted.is_retryable()),
        (ErrorClass::Caller, false)
    );
}
